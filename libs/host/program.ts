import { OperatorError, reasonOf } from './failure';

/** One line to the operator on stderr. */
export function stderrLine(message: string): void {
  process.stderr.write(`${message.replaceAll(/\s*\n\s*/g, '; ')}\n`);
}

/** Tells the operator in one line why the program can't go on, and ends it. Where a supervisor started it, that is told too. */
export function fail(message: string, exitCode = 1): never {
  tellSupervisor({ hjemmel: 'failed', reason: message });
  stderrLine(message);
  process.exit(exitCode);
}

/**
 * Runs a program's main function. An {@link OperatorError} ends it with its one line; any other error is a fault of ours and
 * is shown with its stack. Under a supervisor main waits for the order to run: by then all modules are loaded. Settings are
 * therefore read in main and not while a module loads.
 */
export function runProgram(main: () => Promise<void>): void {
  ordered()
    .then(main)
    .catch((error: unknown) => {
      if (error instanceof OperatorError) fail(error.message);
      tellSupervisor({ hjemmel: 'failed', reason: `unexpected error: ${reasonOf(error)}` });
      process.stderr.write(`unexpected error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      process.exit(1);
    });
}

/** Set for a process that a supervisor started. */
export const SUPERVISED = 'HJEMMEL_SUPERVISED';

/** What a supervisor says to a process that it started: the rest of its environment. */
export interface Order {
  readonly hjemmel: 'run';
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Settles when the supervisor gives the order to run; at once where there is none. */
function ordered(): Promise<void> {
  const supervised = process.env[SUPERVISED] !== undefined && process.send !== undefined;
  delete process.env[SUPERVISED];
  if (!supervised) return Promise.resolve();
  return new Promise((settle) => {
    const alone = (): never => process.exit(0); // the supervisor went away before it gave the order
    process.once('disconnect', alone);
    if (!process.connected) alone();
    process.once('message', ({ env }: Order) => {
      process.off('disconnect', alone);
      Object.assign(process.env, env);
      settle();
    });
  });
}

/** What a supervised process says to its supervisor over their IPC channel. */
export type Message = { readonly hjemmel: 'ready'; readonly info: unknown } | { readonly hjemmel: 'failed'; readonly reason: string };

function tellSupervisor(message: Message): void {
  if (process.connected) process.send?.(message, undefined, undefined, ignoreClosed);
}

/** A supervisor that has gone meanwhile is noticed by `onStop`. */
const ignoreClosed = (): void => undefined;

/** Says to the supervisor, if there is one, that this process does its work from now on. `info` is plain JSON: ports, versions. */
export const tellReady = (info: unknown = {}): void => tellSupervisor({ hjemmel: 'ready', info });

/**
 * Runs `cleanup` once and ends the process when it is asked to stop (SIGTERM, SIGINT, SIGHUP) or when the supervisor that
 * started it is gone, for whatever reason. Call it first of all, so that no moment is left uncovered. A second Ctrl-C ends
 * the process without waiting.
 * @param cleanup ends what was begun; the exit code is 0 when it settles and 1 when it fails
 */
export function onStop(cleanup: () => Promise<void>): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    cleanup().then(
      () => process.exit(0),
      (error: unknown) => {
        stderrLine(`did not stop cleanly: ${reasonOf(error)}`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', () => (stopping ? process.exit(130) : stop()));
  process.on('SIGTERM', stop);
  process.on('SIGHUP', stop);
  if (!process.send) return;
  process.on('disconnect', stop);
  if (!process.connected) stop(); // the supervisor went away while this process was loading
}
