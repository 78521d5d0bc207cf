import type { Pool, PoolClient } from 'pg';
import type { EpochKeys, MasterKeys } from './epoch-keys';
import { blindOf, IdentityClaim, openValue, sealValue } from './identity-values';
import { dataKeyBound, unwrapBytes, wrapBytes } from './wrapping';

/** What one transaction of a rotation did. */
export interface Rewritten {
  readonly rewritten: number;
  readonly damaged: readonly string[];
  /** Where the next one goes on; undefined at the end of the table. */
  readonly last: unknown;
}

/** Rows of one table that are under an older key than they should be. */
export interface RotatedRows {
  left(pool: Pool, epoch: number): Promise<number>;
  /** Rewrites the next rows that nobody else has locked, in the order of their keys. */
  rewrite(client: PoolClient, epoch: number, after: unknown, batch: number): Promise<Rewritten>;
}

async function count(pool: Pool, text: string, epoch: number): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(text, [epoch]);
  return rows[0]!.count;
}

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Data keys, wrapped anew. Destroyed ones have nothing to wrap. */
export const dataKeyRows = (masters: MasterKeys): RotatedRows => ({
  left: (pool, epoch) =>
    count(pool, 'SELECT count(*)::integer AS count FROM vault.data_keys WHERE epoch < $1 AND wrapped IS NOT NULL', epoch),
  rewrite: async (client, epoch, after, batch) => {
    const { rows } = await client.query<{ key_id: string; wrapped: Buffer; epoch: number }>({
      name: 'vault-rotate-keys',
      text: `SELECT key_id, wrapped, epoch FROM vault.data_keys WHERE epoch < $1 AND wrapped IS NOT NULL AND key_id > $2
             ORDER BY key_id LIMIT $3 FOR UPDATE SKIP LOCKED`,
      values: [epoch, after ?? FIRST_ID, batch],
    });
    const master = await masters.of(epoch);
    const [done, damaged]: [{ keyId: string; wrapped: Buffer }[], string[]] = [[], []];
    for (const row of rows) {
      const dataKey = unwrapBytes(await masters.of(row.epoch), dataKeyBound(row.key_id, row.epoch), row.wrapped);
      if (!dataKey) {
        damaged.push(`data key ${row.key_id}`);
        continue;
      }
      done.push({ keyId: row.key_id, wrapped: wrapBytes(master, dataKeyBound(row.key_id, epoch), dataKey) });
      dataKey.fill(0);
    }
    await client.query({
      name: 'vault-rewrap-keys',
      text: `UPDATE vault.data_keys k SET wrapped = made.wrapped, epoch = $3
             FROM unnest($1::uuid[], $2::bytea[]) AS made (key_id, wrapped) WHERE k.key_id = made.key_id`,
      values: [done.map(({ keyId }) => keyId), done.map(({ wrapped }) => wrapped), epoch],
    });
    return { rewritten: done.length, damaged, last: rows.length < batch ? undefined : rows.at(-1)!.key_id };
  },
});

interface IdentityRow {
  readonly controller: string;
  readonly kind: IdentityClaim['kind'];
  readonly blind: Buffer;
  readonly subject_id: string;
  readonly epoch: number;
  readonly sealed: Buffer;
}

/** The values behind blind indexes, sealed anew under the current master key. */
export const valueRows = (masters: MasterKeys): RotatedRows => ({
  left: (pool, epoch) => count(pool, 'SELECT count(*)::integer AS count FROM vault.identities WHERE epoch < $1', epoch),
  rewrite: async (client, epoch, after, batch) => {
    const rows = await nextIdentities(client, 'epoch', epoch, after, batch);
    const master = await masters.of(epoch);
    return rewriteIdentities(client, rows, batch, masters, (row, value, place) => ({
      blind: row.blind,
      sealed: sealValue(master, { ...place, epoch }, value),
      set: ['epoch', epoch],
    }));
  },
});

/** Blind indexes, made anew under the current HMAC key from the values that their rows keep. */
export const blindIndexRows = (blindKeys: EpochKeys, masters: MasterKeys): RotatedRows => ({
  left: (pool, version) =>
    count(pool, 'SELECT count(*)::integer AS count FROM vault.identities WHERE version < $1 AND sealed IS NOT NULL', version),
  rewrite: async (client, version, after, batch) => {
    const rows = await nextIdentities(client, 'version', version, after, batch);
    const key = await blindKeys.of(version);
    return rewriteIdentities(client, rows, batch, masters, ({ controller, kind, sealed }, value) => ({
      blind: blindOf(key, { controller, kind, value }),
      sealed,
      set: ['version', version],
    }));
  },
});

async function nextIdentities(
  client: PoolClient,
  column: 'epoch' | 'version',
  number: number,
  after: unknown,
  batch: number,
): Promise<IdentityRow[]> {
  const { controller, kind, blind } = (after as IdentityRow | undefined) ?? { controller: '', kind: '', blind: Buffer.alloc(0) };
  const { rows } = await client.query<IdentityRow>({
    name: `vault-rotate-identities-${column}`,
    text: `SELECT controller, kind, blind, subject_id, epoch, sealed FROM vault.identities
           WHERE ${column} < $1 AND sealed IS NOT NULL AND (controller, kind, blind) > ($2, $3, $4)
           ORDER BY controller, kind, blind LIMIT $5 FOR UPDATE SKIP LOCKED`,
    values: [number, controller, kind, blind, batch],
  });
  return rows;
}

interface Place {
  readonly controller: string;
  readonly kind: string;
  readonly subjectId: string;
}

interface NewIdentity {
  readonly blind: Buffer;
  readonly sealed: Buffer;
  readonly set: readonly [column: 'epoch' | 'version', number: number];
}

async function rewriteIdentities(
  client: PoolClient,
  rows: readonly IdentityRow[],
  batch: number,
  masters: MasterKeys,
  made: (row: IdentityRow, value: string, place: Place) => NewIdentity,
): Promise<Rewritten> {
  const [done, damaged]: [{ row: IdentityRow; now: NewIdentity }[], string[]] = [[], []];
  for (const row of rows) {
    const place = { controller: row.controller, kind: row.kind, subjectId: row.subject_id.replaceAll('-', '') };
    const value = openValue(await masters.of(row.epoch), { ...place, epoch: row.epoch }, row.sealed);
    if (value === undefined) damaged.push(`look-up of ${place.subjectId} by ${row.kind}`);
    else done.push({ row, now: made(row, value, place) });
  }
  const [column, number] = done[0]?.now.set ?? [];
  if (column !== undefined)
    await client.query({
      name: `vault-rewrite-identities-${column}`,
      text: `UPDATE vault.identities i SET blind = made.blind, sealed = made.sealed, ${column} = $6
             FROM unnest($1::text[], $2::text[], $3::bytea[], $4::bytea[], $5::bytea[]) AS made (controller, kind, old_blind, blind, sealed)
             WHERE i.controller = made.controller AND i.kind = made.kind AND i.blind = made.old_blind`,
      values: [
        done.map(({ row }) => row.controller),
        done.map(({ row }) => row.kind),
        done.map(({ row }) => row.blind),
        done.map(({ now }) => now.blind),
        done.map(({ now }) => now.sealed),
        number,
      ],
    });
  return { rewritten: done.length, damaged, last: rows.length < batch ? undefined : rows.at(-1) };
}
