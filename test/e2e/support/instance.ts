import { ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode, readRuntime, Runtime, signalIfAlive } from '@hjemmel/host';

const built = (...path: string[]): string => join(process.cwd(), 'dist', ...path);

/** Programs as the operator runs them: nothing of this process' own settings, only what is told. */
function environment(told: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(HJEMMEL_|npm_|PORT$|COLUMNS$)/.test(name));
  return { ...Object.fromEntries(inherited), ...told };
}

export interface Said {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process with what it says. */
class Program {
  stdout = '';
  stderr = '';
  /** Settles when it has ended and said all: its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  readonly process: ChildProcess;

  constructor(args: readonly string[], told: Readonly<Record<string, string>>) {
    this.process = spawn(process.execPath, ['--enable-source-maps', ...args], {
      env: environment(told),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = new Promise((settle) => this.process.once('close', (code, signal) => settle(signal ?? code ?? -1)));
  }

  says(text: string): Promise<'said'> {
    return new Promise((settle) => {
      const look = () => this.stdout.includes(text) && settle('said');
      this.process.stdout?.on('data', look);
      look();
    });
  }
}

/** Runs a program to its end. */
async function run(args: readonly string[], told: Readonly<Record<string, string>>): Promise<Said> {
  const program = new Program(args, told);
  return { code: await program.ended, stdout: program.stdout, stderr: program.stderr };
}

export const runDemo = (data: string): Promise<Said> => run([built('test', 'demo', 'main.js')], { HJEMMEL_DATA: data });

export const runHjemmel = (...args: readonly string[]): Promise<Said> =>
  run([join(process.cwd(), 'apps', 'auditor', 'bin', 'hjemmel.cjs'), ...args], {});

/** `npm start` without npm. */
export class Instance {
  private constructor(
    private readonly program: Program,
    readonly runtime: Runtime,
  ) {}

  static async start(data: string, port: number, told: Readonly<Record<string, string>>): Promise<Instance> {
    const program = new Program([built('apps', 'hjemmel', 'main.js')], { ...told, HJEMMEL_DATA: data, PORT: String(port) });
    const outcome = await Promise.race([program.says('Ctrl-C stops all of it.'), program.ended]);
    const runtime = outcome === 'said' ? await readRuntime(data) : undefined;
    if (!runtime) throw new Error(`it did not start (${outcome}): ${program.stderr}\n${program.stdout}`);
    return new Instance(program, runtime);
  }

  get url(): string {
    return this.runtime.apiUrl;
  }

  async stop(): Promise<Said> {
    this.program.process.kill('SIGTERM');
    return { code: await this.program.ended, stdout: this.program.stdout, stderr: this.program.stderr };
  }

  /** kill -9 of every process of the tree at once: nothing gets to tidy up. */
  async killAll(): Promise<void> {
    const tree = descendants(this.program.process.pid!);
    for (const pid of tree) signalIfAlive(pid, 'SIGKILL');
    await this.program.ended;
  }

  get hasEnded(): boolean {
    return this.program.process.exitCode !== null || this.program.process.signalCode !== null;
  }
}

/** A process and all that it started, and what those started. */
function descendants(root: number): number[] {
  const processes = process.platform === 'linux' ? fromProc() : fromPs();
  const tree = [root];
  for (const pid of tree) tree.push(...processes.filter(({ parent }) => parent === pid).map((child) => child.pid));
  return tree;
}

interface Running {
  readonly pid: number;
  readonly parent: number;
}

function fromProc(): Running[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      // The name of the program stands in parentheses and may hold anything; its state and parent come after it.
      const afterName = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1) ?? '';
      return [{ pid: Number(name), parent: Number(afterName.split(' ')[1]) }];
    } catch (error) {
      if (['ENOENT', 'ESRCH'].includes(errorCode(error) ?? '')) return []; // ended meanwhile
      throw error;
    }
  });
}

const fromPs = (): Running[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .map(([pid = 0, parent = 0]) => ({ pid, parent }));
