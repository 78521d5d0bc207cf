import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const BIN = join(process.cwd(), 'apps/auditor/bin/hjemmel.cjs');

/** The command-line program as a process of its own, as an operator runs it. */
export class Hjemmel {
  stdout = '';
  stderr = '';
  /** Settles with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;

  constructor(
    readonly args: readonly string[],
    private readonly child: ChildProcess = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] }),
  ) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = once(child, 'close').then(([code, signal]) => (signal ?? code) as number | NodeJS.Signals);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Settles with the first line of stdout that the expression matches; fails with what the program said when it ends before. */
  async says(expression: RegExp): Promise<RegExpExecArray> {
    const { stdout } = this.child;
    if (!stdout) throw new Error('no stdout');
    const lines = createInterface({ input: stdout });
    try {
      const found = new Promise<RegExpExecArray>((settle) => {
        lines.on('line', (line) => {
          const match = expression.exec(line);
          if (match) settle(match);
        });
      });
      const outcome = await Promise.race([found, this.ended]);
      if (typeof outcome === 'object') return outcome;
      throw new Error(`hjemmel ${this.args.join(' ')} ended with ${outcome}: ${this.stderr}`);
    } finally {
      lines.close();
      stdout.resume();
    }
  }

  /** Asks it to stop, and waits until it has. */
  stop(): Promise<number | NodeJS.Signals> {
    this.child.kill('SIGTERM');
    return this.ended;
  }

  /** SIGKILL: it can do nothing more. */
  kill(): Promise<number | NodeJS.Signals> {
    this.child.kill('SIGKILL');
    return this.ended;
  }
}

export interface Ran {
  readonly code: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. */
export async function hjemmel(...args: string[]): Promise<Ran> {
  const process = new Hjemmel(args);
  const code = await process.ended;
  return { code, stdout: process.stdout, stderr: process.stderr };
}

/** Runs a command that must succeed, with `--json`; gives what it printed. */
export async function figures(...args: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await hjemmel(...args, '--json');
  if (code !== 0) throw new Error(`hjemmel ${args.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
}

/** An embedded log as a process of its own. */
export class ServedLog {
  private constructor(
    readonly folder: string,
    readonly connectionString: string,
    readonly process: Hjemmel,
  ) {}

  /** @param port 0 for a free one */
  static async start(folder: string, port = 0, ...more: string[]): Promise<ServedLog> {
    const process = new Hjemmel(['log', 'serve', '--data', folder, '--port', String(port), ...more]);
    const [, connectionString = ''] = await process.says(/^ready (.+)$/);
    return new ServedLog(folder, connectionString, process);
  }

  get port(): number {
    return Number(/:(\d+)\?/.exec(this.connectionString)?.[1]);
  }

  stop(): Promise<number | NodeJS.Signals> {
    return this.process.stop();
  }

  kill(): Promise<number | NodeJS.Signals> {
    return this.process.kill();
  }
}
