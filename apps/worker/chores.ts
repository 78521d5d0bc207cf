import { ABANDONED_AFTER_MS, closeAbandoned } from '@hjemmel/contexts/data-subjects/abandoned-commands/close-abandoned';
import { openCommands, OpenCommandRow } from '@hjemmel/contexts/data-subjects/abandoned-commands/open-commands.read-model';
import type { Decisions } from '@hjemmel/event-store';
import { pruneIdempotency } from '@hjemmel/http/idempotency-store';
import { systemClock } from '@hjemmel/kernel';
import type { Pool } from 'pg';
import { abandonFacts } from './abandon-fact';
import { Rounds, startRounds } from './rounds';

const EVERY_MS = 60_000;
const AT_ONCE = 100;

/** What is done by the clock: closing what broken-off commands were admitted to, and forgetting old answers to repeats. */
export function startChores(pool: Pool, decisions: Decisions, everyMs = EVERY_MS): Rounds {
  const parts = { abandonFact: abandonFacts(decisions), decisions, clock: systemClock };
  // What a round that failed left undone stays a row until it is done.
  return startRounds('the chores could not be done', everyMs, async () => {
    await closeAbandoned(await abandoned(pool, parts.clock.now()), parts);
    await pruneIdempotency(pool, parts.clock.now());
  });
}

async function abandoned(pool: Pool, now: Date): Promise<OpenCommandRow[]> {
  const { rows } = await pool.query<{
    command_id: string;
    fact_stream: string;
    subjects: string[];
    admissions: OpenCommandRow['admissions'];
    admitted_at: Date;
  }>(
    `SELECT command_id, fact_stream, subjects, admissions, admitted_at FROM read.${openCommands.table} WHERE admitted_at < $1 ORDER BY admitted_at LIMIT ${AT_ONCE}`,
    [new Date(now.getTime() - ABANDONED_AFTER_MS)],
  );
  return rows.map((row) => ({
    commandId: row.command_id,
    factStream: row.fact_stream,
    subjects: row.subjects,
    admissions: row.admissions,
    admittedAt: row.admitted_at.toISOString(),
  }));
}
