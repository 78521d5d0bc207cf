import { errorCode, OperatorError, readIfThere } from '@hjemmel/host';
import { execFile } from 'node:child_process';
import { readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 10;
/** Fast shutdown first; then immediate (it recovers at the next start); then the kernel's. */
const ESCALATION = [
  ['SIGINT', 10_000],
  ['SIGQUIT', 5_000],
  ['SIGKILL', 5_000],
] as const;

/**
 * Ends a server that a killed supervisor left running on this data folder, and takes away the `postmaster.pid` of one that
 * is gone when its process id belongs to some other program by now (Postgres would take that for itself and refuse).
 * Call it only while holding the folder's lock.
 * @returns what was done, for the operator
 */
export async function clearOrphan(data: string): Promise<string | undefined> {
  const file = join(data, 'postmaster.pid');
  const pid = Number((await readIfThere(file))?.split('\n', 1)[0]);
  if (!Number.isSafeInteger(pid) || pid <= 1 || !isAlive(pid)) return undefined; // Postgres itself clears this one
  if (!(await isPostmasterOf(pid, data))) {
    await rm(file, { force: true });
    return undefined;
  }
  for (const [signal, withinMs] of ESCALATION) {
    if (await ended(pid, signal, withinMs)) return `stopped a Postgres that was left running (process ${pid})`;
  }
  throw new OperatorError(`a Postgres that was left running (process ${pid}) does not stop`);
}

async function ended(pid: number, signal: NodeJS.Signals, withinMs: number): Promise<boolean> {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
  for (const deadline = Date.now() + withinMs; isAlive(pid); await pause(POLL_MS)) if (Date.now() > deadline) return false;
  return true;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** A server's working folder is its data folder; where the system does not show that, its command line names the folder. */
async function isPostmasterOf(pid: number, data: string): Promise<boolean> {
  if (process.platform === 'linux') {
    try {
      const name = (await readIfThere(`/proc/${pid}/comm`))?.trim();
      return name === 'postgres' && (await readlink(`/proc/${pid}/cwd`)) === (await realpath(data));
    } catch (error) {
      if (['ENOENT', 'EACCES', 'ESRCH'].includes(errorCode(error) ?? '')) return false; // gone, or another user's
      throw error;
    }
  }
  return new Promise((settle) => {
    execFile('ps', ['-o', 'command=', '-p', String(pid)], (_error, stdout) => settle(stdout.includes('postgres') && stdout.includes(data)));
  });
}
