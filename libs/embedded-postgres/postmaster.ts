import { OperatorError, freePort, isPortFree, readIfThere } from '@hjemmel/host';
import { ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, statSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Binaries } from './binaries';
import { ClusterFiles, dataArgument, postgresEnvironment } from './cluster';
import { OtherUser } from './identity';
import { asArguments } from './settings';

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Settles when the server has ended, for whatever reason, with its exit code or signal. */
  readonly exited: Promise<string>;
  /** Fast shutdown: open transactions are rolled back, all is on disk when it settles. Twice is as good as once. */
  readonly stop: () => Promise<void>;
  /** Immediate shutdown: nothing is waited for, and the next start recovers from the write-ahead log. */
  readonly kill: () => void;
}

const POLL_MS = 10;
const READY_WITHIN_MS = 60_000; // recovery after a crash replays at most max_wal_size
const STOP_WITHIN_MS = 30_000;
const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

/**
 * Starts the server and waits until it takes connections.
 * @param port a free one is taken where none is named
 */
export async function startPostmaster(
  files: ClusterFiles,
  binaries: Binaries,
  user: OtherUser | undefined,
  settings: Readonly<Record<string, string | number>>,
  port?: number,
): Promise<Postmaster> {
  for (let attempt = 1; ; attempt++) {
    const chosen = port ?? (await freePort());
    const started = await launch(files, binaries, user, { ...settings, port: chosen });
    if (started.ready) return { ...started.postmaster, port: chosen };
    // Between asking for a free port and listening on it another process may have taken it; processes of a server that was
    // killed may take a moment to notice that it is gone.
    const portTaken = !(await isPortFree(chosen));
    if (port !== undefined && portTaken) throw new OperatorError(`port ${port}, meant for Postgres, is in use`);
    if (attempt === 5) throw new OperatorError(`Postgres did not start (${started.how}): see ${files.log}`);
    if (!portTaken) await pause(200 * attempt);
  }
}

type Launch = { ready: true; postmaster: Omit<Postmaster, 'port'> } | { ready: false; how: string };

async function launch(
  files: ClusterFiles,
  binaries: Binaries,
  user: OtherUser | undefined,
  settings: Readonly<Record<string, string | number>>,
): Promise<Launch> {
  const where = await dataArgument(files.data, user);
  await rotate(files.log);
  const log = openSync(files.log, 'a', 0o600);
  // A process group of its own: Ctrl-C in the terminal reaches the supervisor, which stops the parts in their order.
  const child = spawn(binaries.postgres, ['-D', where, ...asArguments(settings)], {
    cwd: files.data,
    env: postgresEnvironment(),
    stdio: ['ignore', log, log],
    detached: true,
    ...user,
  });
  closeSync(log);
  const exited = new Promise<string>((settle) => {
    child.once('error', (error) => settle(error.message));
    child.once('exit', (code, signal) => settle(signal ?? `exit code ${code}`));
  });
  const { pid } = child;
  if (pid === undefined) throw new OperatorError(`can't run ${binaries.postgres}: ${await exited}`);
  const watchdog = stopWithUs(pid, files);
  void exited.then(() => watchdog.kill('SIGKILL'));
  child.unref();
  const over = new AbortController();
  const outcome = await Promise.race([exited, untilReady(files, pid, over.signal)]);
  over.abort();
  if (outcome !== 'ready') {
    child.kill('SIGKILL');
    return { ready: false, how: outcome };
  }
  return { ready: true, postmaster: { pid, exited, stop: once(() => stopChild(child, exited)), kill: () => void child.kill('SIGQUIT') } };
}

/**
 * A shell that waits for the end of a pipe whose other end only this process holds, and then stops the server: when the
 * supervisor is killed, the kernel closes the pipe and no server is left behind.
 */
function stopWithUs(pid: number, files: ClusterFiles): ChildProcess {
  const script = 'read -r _; [ "$(head -n 1 "$2" 2>/dev/null)" = "$1" ] && kill -INT "$1"';
  const watchdog = spawn('/bin/sh', ['-c', script, 'hjemmel-postgres-watchdog', String(pid), join(files.data, 'postmaster.pid')], {
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env: postgresEnvironment(),
    detached: true,
  });
  watchdog.once('error', () => watchdog.unref()); // no shell here: the next start finds and stops what a killed supervisor left
  watchdog.stdin.once('error', () => watchdog.unref());
  watchdog.unref();
  (watchdog.stdin as Socket).unref(); // a pipe, which must not keep this process alive
  return watchdog;
}

/** The eighth line of `postmaster.pid` says `ready` once connections are taken (it is what pg_ctl waits for). */
async function untilReady(files: ClusterFiles, pid: number, over: AbortSignal): Promise<'ready' | 'not ready in time'> {
  for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline && !over.aborted; await pause(POLL_MS)) {
    const lines = (await readIfThere(join(files.data, 'postmaster.pid')))?.split('\n');
    if (lines?.[0] === String(pid) && lines[7]?.trim() === 'ready') return 'ready';
  }
  return 'not ready in time';
}

async function stopChild(child: ChildProcess, exited: Promise<string>): Promise<void> {
  const bound = new AbortController();
  child.ref();
  child.kill('SIGINT');
  const late = pause(STOP_WITHIN_MS, 'late', { signal: bound.signal }).catch(() => 'stopped');
  if ((await Promise.race([exited, late])) === 'late') child.kill('SIGQUIT');
  bound.abort();
  await exited;
}

async function rotate(log: string): Promise<void> {
  const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_LIMIT_BYTES) await rename(log, `${log}.1`);
}

function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= action());
}
