import type { Decisions, EventLog } from '@hjemmel/event-store';
import { retentionRun } from '../run/decider';
import { retentionRunStream } from '../run/events';
import { lastDue } from './last-due';

interface WantedParts {
  readonly decisions: Decisions;
  /** Runs that have not ended, as the read model has them. */
  readonly unfinished: () => Promise<readonly string[]>;
  readonly began: () => Promise<Date | undefined>;
}

/** The runs that are there to be made: those that were asked for or broke off, and that of the last night where it has not ended. */
export async function wantedRuns({ decisions, unfinished, began }: WantedParts, cron: string, now: Date): Promise<readonly string[]> {
  const runs = new Set(await unfinished());
  const nightly = lastDue(cron, now, await began());
  if (nightly !== undefined) runs.add(nightly);
  const wanted: string[] = [];
  // The log has the last word: the read model that names unfinished runs may lag behind.
  for (const runId of runs) {
    const { state } = await decisions.load(retentionRun, retentionRunStream(runId));
    if (state.status !== 'completed') wanted.push(runId);
  }
  return wanted;
}

/** When the log's first event was recorded; asked of the log until there is one. */
export function beganAt(log: EventLog): () => Promise<Date | undefined> {
  let known: Date | undefined;
  return async () => (known ??= await firstRecorded(log));
}

async function firstRecorded(log: EventLog): Promise<Date | undefined> {
  // Without a limit: it would count the server's own events, which are not shown.
  for await (const { recordedAt } of log.readAll()) return recordedAt;
  return undefined;
}
