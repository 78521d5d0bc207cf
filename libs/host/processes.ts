import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { errorCode } from './failure';
import { readIfThere } from './files';

const POLL_MS = 10;

/** Whether a process of that id exists, whosever it is. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** Sends the signal; a process that has gone meanwhile is no error. */
export function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

/** Waits for the end of a process that is no child of ours; false when it is still there after the bound. */
export async function endsWithin(pid: number, withinMs: number): Promise<boolean> {
  for (const deadline = Date.now() + withinMs; isAlive(pid); await pause(POLL_MS)) if (Date.now() > deadline) return false;
  return true;
}

/** The command line of a process, its arguments apart by spaces; undefined where there is none or it is not to be seen. */
export async function commandLineOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const line = await readIfThere(`/proc/${pid}/cmdline`).catch((error: unknown) => {
      if (errorCode(error) === 'ESRCH') return undefined; // ended while it was read
      throw error;
    });
    return line?.replaceAll('\0', ' ').trim() || undefined;
  }
  return new Promise((settle) => {
    execFile('ps', ['-o', 'command=', '-p', String(pid)], (_error, stdout) => settle(stdout.trim() || undefined));
  });
}
