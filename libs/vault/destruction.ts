import { newUuid } from '@hjemmel/kernel';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { inTransaction } from './epochs';
import { DESTROYED, KeyLease, noticesOf } from './key-lease';
import type { RetentionClass } from '@hjemmel/admission/retention-classes';

/** A key that is gone for good. Its commitment, which stands in the log, names it to whoever checks later. */
export interface Destroyed {
  readonly keyId: string;
  readonly subjectId: string;
  readonly retentionClass: RetentionClass;
  readonly commitment: Buffer;
  readonly destroyedAt: Date;
}

interface Row {
  readonly key_id: string;
  readonly subject_id: string;
  readonly retention_class: RetentionClass;
  readonly commitment: Buffer;
  readonly destroyed_at: Date;
}

/** For how long a Postgres that is gone is waited for, once keys are destroyed and their holders have not all answered. */
const PATIENCE_MS = 30_000;
const AGAIN_MS = 200;

/**
 * First the keys are emptied, and that is committed; from then on nobody loads one. Only then is it looked who may hold one in memory: whoever comes
 * onto that list later has loaded nothing from before. Those on it are told, and waited for.
 */
export async function destroyKeys(pool: Pool, lease: KeyLease, keyIds: readonly string[]): Promise<Destroyed[]> {
  const ids = [...new Set(keyIds)].sort();
  if (ids.length === 0) return [];
  const destruction = newUuid();
  const rows = await inTransaction(pool, async (client) => {
    await emptied(client, ids);
    // Told at once, so that all evict them also where this process ends before it has asked who they are.
    await tell(client, destruction, ids);
    return rowsOf(client, ids);
  });
  await everywhereEvicted(pool, lease, destruction, ids);
  const byId = new Map(rows.map((row) => [row.key_id, answerOf(row)]));
  return keyIds.map((keyId) => byId.get(keyId)!);
}

async function emptied(client: PoolClient, keyIds: readonly string[]): Promise<void> {
  // In one order for all, so that two destructions don't wait for each other.
  const { rowCount } = await client.query('SELECT FROM vault.data_keys WHERE key_id = ANY($1::uuid[]) ORDER BY key_id FOR UPDATE', [
    keyIds,
  ]);
  if (rowCount !== keyIds.length)
    throw new Error(`${keyIds.length - (rowCount ?? 0)} of these keys were never made: nothing was destroyed`);
  await client.query(
    `UPDATE vault.data_keys SET wrapped = NULL, destroyed_at = clock_timestamp() WHERE key_id = ANY($1::uuid[]) AND destroyed_at IS NULL`,
    [keyIds],
  );
}

async function rowsOf(client: PoolClient, keyIds: readonly string[]): Promise<Row[]> {
  const { rows } = await client.query<Row>(
    'SELECT key_id, subject_id, retention_class, commitment, destroyed_at FROM vault.data_keys WHERE key_id = ANY($1::uuid[])',
    [keyIds],
  );
  return rows;
}

const tell = (to: Pool | PoolClient, destruction: string, keyIds: readonly string[]) =>
  to.query('SELECT pg_notify($1, payload) FROM unnest($2::text[]) WITH ORDINALITY AS notice (payload, place) ORDER BY place', [
    DESTROYED,
    noticesOf(destruction, keyIds),
  ]);

const answerOf = (row: Row): Destroyed => ({
  keyId: row.key_id,
  subjectId: row.subject_id.replaceAll('-', ''),
  retentionClass: row.retention_class,
  commitment: row.commitment,
  destroyedAt: row.destroyed_at,
});

/** Waits for all holders through restarts of Postgres: what was committed stays, and so does who must answer. */
async function everywhereEvicted(pool: Pool, lease: KeyLease, destruction: string, keyIds: readonly string[]): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (let holders: readonly string[] | undefined; ;) {
    try {
      await lease.hold(); // on its connection the answers are heard
      if (holders === undefined) {
        holders = await liveHolders(pool);
        await tell(pool, destruction, keyIds);
      }
      await allAnswered(pool, lease, destruction, holders);
      await pool.query(`DELETE FROM vault.key_evictions WHERE destruction_id = $1 OR evicted_at < now() - interval '1 hour'`, [
        destruction,
      ]);
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await pause(AGAIN_MS);
    }
  }
}

async function liveHolders(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ process_id: string }>(
    'SELECT process_id FROM vault.key_caches WHERE lease_until > clock_timestamp()',
  );
  return rows.map(({ process_id }) => process_id);
}

async function allAnswered(pool: Pool, lease: KeyLease, destruction: string, holders: readonly string[]): Promise<void> {
  for (;;) {
    const news = newsOf(lease); // before it is looked, so that no answer is missed
    try {
      const { rows } = await pool.query<{ left_ms: string | null }>(
        `SELECT 1 + extract(epoch FROM min(c.lease_until) - clock_timestamp()) * 1000 AS left_ms FROM vault.key_caches c
         WHERE c.process_id = ANY($1::uuid[]) AND c.lease_until > clock_timestamp()
           AND NOT EXISTS (SELECT FROM vault.key_evictions e WHERE e.process_id = c.process_id AND e.destruction_id = $2)`,
        [holders, destruction],
      );
      const left = rows[0]?.left_ms ?? undefined;
      if (left === undefined) return;
      await news.within(Number(left)); // or until the first of the leases is over
    } finally {
      news.end();
    }
  }
}

/** Hears when somebody has evicted keys or is gone, from now on. */
function newsOf(lease: KeyLease) {
  let tell: () => void = () => undefined;
  let timer: NodeJS.Timeout | undefined;
  const heard = new Promise<void>((resolve) => (tell = resolve));
  const off = lease.onEvicted(() => tell());
  return {
    within: (ms: number): Promise<void> => {
      timer = setTimeout(() => tell(), ms);
      return heard;
    },
    end: (): void => {
      off();
      clearTimeout(timer);
    },
  };
}
