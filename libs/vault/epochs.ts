import { errorCode } from '@hjemmel/host';
import type { Pool, PoolClient } from 'pg';
import type { EpochKeys } from './epoch-keys';
import { EPOCH_LOCK, KIND_NUMBERS, NOT_CURRENT } from './epochs.sql';
import type { EpochKind } from './key-sources';

/** Epochs don't follow each other so fast that a third attempt would be needed; a bound all the same. */
const ATTEMPTS = 5;

/** Makes rows under the current epoch; where another has followed it meanwhile, looks which one is current and does it again. */
export async function retriedWhileNotCurrent<T>(keys: EpochKeys, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (errorCode(error) !== NOT_CURRENT || attempt === ATTEMPTS) throw error;
      await keys.refresh();
    }
  }
}

/** Runs in one transaction; rolls back and closes the connection where it fails. */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  // A connection that breaks rejects the query that is under way; unheard it would end the process.
  client.on('error', ignored);
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    client.off('error', ignored);
    client.release();
    return result;
  } catch (error) {
    client.release(true); // ends the transaction too
    throw error;
  }
}

const ignored = (): void => undefined;

/** The current epoch, which nobody follows with another before the transaction ends. */
export async function currentHeld(client: PoolClient, kind: EpochKind): Promise<number> {
  await client.query('SELECT pg_advisory_xact_lock_shared($1, $2)', [EPOCH_LOCK, KIND_NUMBERS[kind]]);
  return latest(client, kind);
}

/**
 * Lets an epoch follow the one before it, once everything that is being made under that one is committed. Does nothing where somebody else
 * was quicker.
 * @param wrapped what stands in the database for its key, if anything
 */
export async function beginEpoch(pool: Pool, kind: EpochKind, epoch: number, wrapped: string | undefined): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1, $2)', [EPOCH_LOCK, KIND_NUMBERS[kind]]);
    if ((await latest(client, kind)) !== epoch - 1) return;
    await client.query('INSERT INTO vault.epochs (kind, epoch, wrapped) VALUES ($1, $2, $3)', [kind, epoch, wrapped ?? null]);
  });
}

async function latest(client: PoolClient, kind: EpochKind): Promise<number> {
  const { rows } = await client.query<{ epoch: number }>('SELECT max(epoch) AS epoch FROM vault.epochs WHERE kind = $1', [kind]);
  return rows[0]!.epoch;
}
