import type { Pool } from 'pg';
import { retentionRuns } from './retention-runs.read-model';

/** Runs that were asked for, or have begun, and have not ended: oldest first. */
export async function unfinishedRuns(pool: Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ run_id: string }>(
    `SELECT run_id FROM read.${retentionRuns.table} WHERE status IN ('requested', 'running') ORDER BY since, run_id LIMIT 100`,
  );
  return rows.map(({ run_id }) => run_id);
}
