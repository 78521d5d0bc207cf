import type { Pool } from 'pg';
import type { Rescan } from '../erasure/events';

/** Schemas in which anything that was sealed can stand; the vault's own is the vault's to look into. */
const SCHEMAS = ['read', 'command'];

/**
 * Looks through every row of every table for what names these keys: ciphertext in a read model stays until that is built anew. What could be opened is
 * what is sealed under a key that is there.
 * @param lookUps rows of the blind indexes that are left, as the vault counted them
 * @param destroyed those of the keys that are gone
 */
export async function rescanTables(
  pool: Pool,
  keyIds: readonly string[],
  destroyed: ReadonlySet<string>,
  lookUps: number,
): Promise<Rescan> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = ANY($1) ORDER BY 1`,
    [SCHEMAS],
  );
  const tables = rows.map(({ name }) => name);
  let sealedRows = 0;
  let readable = 0;
  for (const table of tables) {
    const found = await countIn(pool, table, keyIds);
    for (const [keyId, count] of found) {
      sealedRows += count;
      if (!destroyed.has(keyId)) readable += count;
    }
  }
  return { tables, rows: lookUps, sealedRows, readable };
}

/** Rows by key: the form of a sealed field (`v1.<key id>.…`) holds the id in clear. */
async function countIn(pool: Pool, table: string, keyIds: readonly string[]): Promise<Map<string, number>> {
  if (keyIds.length === 0) return new Map();
  // One pass over the table; which keys a row names is only asked of the few that name one.
  const { rows } = await pool.query<{ key_id: string; found: string }>(
    `SELECT key_id, count(*) AS found FROM (SELECT t::text AS row FROM ${table} AS t WHERE t::text ~ $2) AS hit
     JOIN unnest($1::text[]) AS wanted (key_id) ON strpos(hit.row, 'v1.' || key_id || '.') > 0 GROUP BY key_id`,
    [keyIds, `v1\\.(${keyIds.join('|')})\\.`],
  );
  return new Map(rows.map(({ key_id, found }) => [key_id, Number(found)]));
}
