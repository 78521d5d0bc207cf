import { commandLineOf, endsWithin, errorCode, isAlive, OperatorError, readIfThere, signalIfAlive } from '@hjemmel/host';
import { readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';

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
    signalIfAlive(pid, signal);
    if (await endsWithin(pid, withinMs)) return `stopped a Postgres that was left running (process ${pid})`;
  }
  throw new OperatorError(`a Postgres that was left running (process ${pid}) does not stop`);
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
  const command = await commandLineOf(pid);
  return command !== undefined && command.includes('postgres') && command.includes(data);
}
