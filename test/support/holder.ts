import { ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Answered, Asked } from '@hjemmel/vault/testing/holder-process';

const script = join(__dirname, '../../dist/libs/vault/testing/holder-process.js');

/** A real process that holds keys in memory, as the API and the worker do. */
export class Holder {
  private next = 1;
  private readonly waiting = new Map<number, (answer: Answered) => void>();

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (answer: Answered) => {
      this.waiting.get(answer.id)?.(answer);
      this.waiting.delete(answer.id);
    });
  }

  static async start(postgresUrl: string, secrets: string): Promise<Holder> {
    const env = { ...process.env, HJEMMEL_TEST_POSTGRES_URL: postgresUrl, HJEMMEL_SECRETS: secrets };
    const child = fork(script, { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the holder ended with exit code ${String(code)}`)));
    ended.catch(() => undefined); // it is looked at only until it is ready
    await Promise.race([once(child, 'message'), ended]);
    return new Holder(child);
  }

  ask(asked: Omit<Asked, 'id' | 'subjectId'> & { readonly subjectId?: string }): Promise<Answered> {
    const id = this.next++;
    return new Promise((settle) => {
      this.waiting.set(id, settle);
      this.child.send({ subjectId: '', ...asked, id });
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGCONT');
    this.child.kill('SIGKILL');
    await ended;
  }
}
