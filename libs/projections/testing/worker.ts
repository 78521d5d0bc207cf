import { ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { WorkerSettings } from './worker-process';

/** Compiled, since it is a program of its own: `npm run build` comes before the tests. */
const program = join(process.cwd(), 'dist/libs/projections/testing/worker-process.js');

/** A worker in a process of its own. */
export class Worker {
  private readonly child: ChildProcess;
  private readonly ended: Promise<string>;
  private readonly commits: AsyncIterator<string>;

  constructor(settings: WorkerSettings) {
    this.child = spawn(process.execPath, ['--enable-source-maps', program], {
      env: { ...process.env, PROJECTION_WORKER: JSON.stringify(settings) },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.ended = new Promise((resolve) => this.child.once('exit', (code, signal) => resolve(String(signal ?? code))));
    this.commits = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]();
  }

  /** Settles when it has told of so many transactions. */
  async committed(times: number): Promise<void> {
    for (let told = 0; told < times; told++) {
      if ((await this.commits.next()).done) throw new Error(`the worker ended by itself: ${await this.ended}`);
    }
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  /** Ends as it should: transactions under way are finished. */
  async stop(): Promise<void> {
    this.child.stdin!.end();
    const how = await this.ended;
    if (how !== '0') throw new Error(`the worker ended with ${how}`);
  }
}
