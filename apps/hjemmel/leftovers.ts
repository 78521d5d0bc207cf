import { commandLineOf, endsWithin, OperatorError, readLastRuntime, signalIfAlive } from '@hjemmel/host';
import { belongsTo } from './parts';

const BY_THEMSELVES_MS = 15_000;
const AFTER_KILL_MS = 5_000;

/**
 * Waits for the parts of an instance that was killed: they stop by themselves when they notice, which takes a moment. One
 * that does not is killed. Call it only while holding the data folder's lock. Postgres is not among them: whoever starts
 * it sees to what is left of it.
 */
export async function awaitLeftovers(data: string, onNotice: (line: string) => void): Promise<void> {
  const runtime = await readLastRuntime(data);
  for (const [part, pid] of Object.entries(runtime?.pids ?? {})) {
    if (part === 'postgres' || !(await commandLineOf(pid))?.split(' ').includes(belongsTo(data))) continue;
    onNotice(`waiting for the ${part} of an instance that was killed (process ${pid})`);
    if (await endsWithin(pid, BY_THEMSELVES_MS)) continue;
    signalIfAlive(pid, 'SIGKILL');
    if (!(await endsWithin(pid, AFTER_KILL_MS)))
      throw new OperatorError(`the ${part} of an instance that was killed (process ${pid}) does not end`);
  }
}
