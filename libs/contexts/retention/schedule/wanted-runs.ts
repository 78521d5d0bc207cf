import type { Decisions, EventLog } from '@hjemmel/event-store';
import { retentionRun } from '../run/decider';
import { retentionRunStream } from '../run/events';
import { lastDue } from './last-due';

/** The runs that are there to be made: those that were asked for or broke off, and that of the last night where it has not ended. */
export async function wantedRuns(
  {
    log,
    decisions,
    unfinished,
  }: { readonly log: EventLog; readonly decisions: Decisions; readonly unfinished: () => Promise<readonly string[]> },
  cron: string,
  now: Date,
): Promise<readonly string[]> {
  const runs = new Set(await unfinished());
  const nightly = lastDue(cron, now, await beganAt(log));
  if (nightly !== undefined) runs.add(nightly);
  const wanted: string[] = [];
  // The log has the last word: the read model that names unfinished runs may lag behind.
  for (const runId of runs) {
    const { state } = await decisions.load(retentionRun, retentionRunStream(runId));
    if (state.status !== 'completed') wanted.push(runId);
  }
  return wanted;
}

async function beganAt(log: EventLog): Promise<Date | undefined> {
  for await (const { recordedAt } of log.readAll({ limit: 1 })) return recordedAt;
  return undefined;
}
