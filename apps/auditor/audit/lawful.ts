import type { EventLog } from '@hjemmel/event-store';
import type { Finding } from './findings';
import type { Drift } from './observed';
import { Counts, Replay, ReplayScope } from './replay';

/** What came of an audit. */
export interface Account {
  readonly counts: Counts;
  readonly drift: readonly Drift[];
  /** Whether the log has a ledger of the person asked for. */
  readonly isKnown: boolean;
}

export interface LawfulRun extends ReplayScope {
  /** Position of the last event in the log, for the progress. */
  readonly end: bigint;
  readonly now: Date;
  readonly onFinding: (finding: Finding) => void;
  readonly onProgress?: (share: number) => void;
}

const TOLD_EVERY = 512;

/** Reads the log once, from its beginning, and tells each finding as it comes. */
export async function auditLawful(
  log: EventLog,
  { end, now, onFinding, onProgress = () => undefined, ...scope }: LawfulRun,
): Promise<Account> {
  const replay = new Replay(scope);
  let read = 0;
  for await (const recorded of log.readAll()) {
    for (const finding of replay.take(recorded)) onFinding(finding);
    if (++read % TOLD_EVERY === 0 && end > 0n) onProgress(Math.min(1, Number(recorded.position) / Number(end)));
  }
  for (const finding of replay.finish(now)) onFinding(finding);
  return { counts: replay.counts(), drift: replay.drift(), isKnown: scope.person === undefined || replay.knows(scope.person) };
}
