import type { Recorded } from '@hjemmel/kernel';
import type { Finding } from '../audit/findings';
import { Replay, ReplayScope } from '../audit/replay';

const HOUR = 3_600_000;

/** All that the audit finds in a history, when it is looked at an hour after its end. */
export function findingsIn(events: readonly Recorded[], scope: ReplayScope = {}): Finding[] {
  const replay = new Replay(scope);
  const end = events.at(-1)?.recordedAt.getTime() ?? 0;
  return [...events.flatMap((recorded) => replay.take(recorded)), ...replay.finish(new Date(end + HOUR))];
}
