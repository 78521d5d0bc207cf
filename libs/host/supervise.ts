import { ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync, renameSync, statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { OperatorError } from './failure';
import { Message, Order, SUPERVISED } from './program';

export interface ChildOptions {
  /** What the operator knows it by. */
  readonly name: string;
  /** The JavaScript file to run with this Node. */
  readonly script: string;
  readonly args?: readonly string[];
  /** Added to this process' own environment; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where its stdout and stderr go; to ours where none is named. */
  readonly logFile?: string;
  readonly readyWithinMs: number;
  /** After SIGTERM; then it is killed. */
  readonly stopWithinMs: number;
}

/** How a process ended: its exit code or signal, and what it said of the reason. */
export interface Ending {
  readonly how: string;
  readonly reason?: string;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  /** What it said with `tellReady`. */
  readonly info: unknown;
  /** Settles when it has ended, also when it was told to. */
  readonly ended: Promise<Ending>;
  /** SIGTERM, then SIGKILL after the bound; settles when it has ended. */
  readonly stop: () => Promise<Ending>;
  readonly kill: () => void;
}

const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

/** A program that has been started ahead of its time: it loads its modules, and waits to be told its environment. */
export interface PreparedChild {
  /**
   * Lets it run, and waits until it says that it is ready. It stops by itself when this process disappears (see `onStop`).
   * @param env added to the environment that it was started with; not to be seen in the system's list of processes
   * @param signal ends it while it is starting
   * @throws OperatorError that says what it said, when it ends before it is ready or is not ready in time
   */
  readonly run: (env: Readonly<Record<string, string | undefined>>, signal?: AbortSignal) => Promise<Child>;
  /** Ends one that was never let run. */
  readonly discard: () => Promise<Ending>;
}

/**
 * Starts one of our own programs (one that calls `runProgram`). It has a process group of its own: Ctrl-C in the terminal
 * reaches the supervisor alone, which stops its parts in their order.
 */
export function prepareChild(options: ChildOptions): PreparedChild {
  const child = start(options);
  let reason: string | undefined;
  child.on('message', (message: Message) => {
    if (message.hjemmel === 'failed') reason = message.reason;
  });
  const ended = new Promise<Ending>((settle) => {
    child.on('error', (error) => settle({ how: error.message }));
    // On `exit` a last message may still be on its way; `disconnect` comes after it.
    child.once('exit', (code, by) => {
      const settled = (): void => settle({ how: by ?? `exit code ${code}`, ...(reason === undefined ? {} : { reason }) });
      if (child.connected) child.once('disconnect', settled);
      else settled();
    });
  });
  const stop = () => stopChild(child, ended, options.stopWithinMs);
  const kill = () => void child.kill('SIGKILL');
  const run: PreparedChild['run'] = async (env, signal) => {
    const first = firstOf(child, ended, options.readyWithinMs, signal);
    if (child.connected) child.send({ hjemmel: 'run', env } satisfies Order);
    const outcome = await first;
    if (outcome.kind === 'ready') return { name: options.name, pid: child.pid ?? 0, info: outcome.info, ended, stop, kill };
    await stop();
    throw new OperatorError(startFailure(options, outcome));
  };
  return { run, discard: stop };
}

/** Prepares a program and lets it run at once. */
export const superviseChild: (options: ChildOptions, signal?: AbortSignal) => Promise<Child> = (options, signal) =>
  prepareChild(options).run({}, signal);

function start({ script, args = [], env = {}, logFile }: ChildOptions): ChildProcess {
  const log = logFile === undefined ? undefined : openLog(logFile);
  const output = log ?? 'inherit';
  const childEnv = { ...process.env, ...env, [SUPERVISED]: '1' };
  try {
    return fork(script, args, { env: childEnv, stdio: ['ignore', output, output, 'ipc'], detached: true });
  } finally {
    if (log !== undefined) closeSync(log);
  }
}

function openLog(path: string): number {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT_BYTES) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o600);
}

type First =
  | { readonly kind: 'ready'; readonly info: unknown }
  | { readonly kind: 'ended'; readonly ending: Ending }
  | { readonly kind: 'late' }
  | { readonly kind: 'aborted' };

async function firstOf(child: ChildProcess, ended: Promise<Ending>, withinMs: number, signal?: AbortSignal): Promise<First> {
  const done = new AbortController();
  const bound = signal ? AbortSignal.any([signal, done.signal]) : done.signal;
  const ready = new Promise<First>((settle) => {
    child.on('message', (message: Message) => {
      if (message.hjemmel === 'ready') settle({ kind: 'ready', info: message.info });
    });
  });
  try {
    return await Promise.race<First>([
      ready,
      ended.then((ending) => ({ kind: 'ended', ending })),
      pause(withinMs, undefined, { signal: bound }).then(
        () => ({ kind: 'late' }),
        () => ({ kind: 'aborted' }),
      ),
    ]);
  } finally {
    done.abort();
  }
}

function startFailure({ name, logFile, readyWithinMs }: ChildOptions, first: Exclude<First, { kind: 'ready' }>): string {
  const see = logFile === undefined ? '' : ` (see ${logFile})`;
  if (first.kind === 'aborted') return `${name} was stopped while it was starting`;
  if (first.kind === 'late') return `${name} was not ready within ${readyWithinMs / 1000} s${see}`;
  return `${name} ${describeEnding(first.ending)}${see}`;
}

export const describeEnding = ({ how, reason }: Ending): string =>
  reason === undefined ? `ended unexpectedly: ${how}` : `ended: ${reason}`;

async function stopChild(child: ChildProcess, ended: Promise<Ending>, withinMs: number): Promise<Ending> {
  const done = new AbortController();
  child.kill('SIGTERM');
  const late = pause(withinMs, 'late' as const, { signal: done.signal }).catch(() => 'stopped' as const);
  if ((await Promise.race([ended, late])) === 'late') child.kill('SIGKILL');
  done.abort();
  return ended;
}
