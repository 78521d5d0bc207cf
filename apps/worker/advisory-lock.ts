import type { Pool } from 'pg';

/**
 * Runs a task in one worker at a time: where another has the lock, it does nothing. Postgres lets go of it when the process ends, however it ends.
 * @param lock any number that nothing else in the database takes an advisory lock on
 */
export async function alone(pool: Pool, lock: number, task: () => Promise<void>): Promise<void> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error): void => void (broken = error);
  client.on('error', onError);
  try {
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [lock]);
    if (!rows[0]!.mine) return;
    try {
      await task();
    } finally {
      if (!broken) await client.query('SELECT pg_advisory_unlock($1)', [lock]);
    }
  } catch (error) {
    // With an unlock that did not come through the connection would go back with the lock on it.
    broken ??= error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}
