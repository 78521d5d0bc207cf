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
  const places = keyIds.map((_, i) => `strpos(row, 'v1.' || $${i + 1}::text || '.') > 0`);
  // Each row becomes text once (OFFSET keeps the planner from doing it for each key), which is most of the time that this takes.
  const { rows } = await pool.query<Record<string, string>>(
    `SELECT ${places.map((place, i) => `count(*) FILTER (WHERE ${place}) AS k${i}`).join(', ')}
     FROM (SELECT t::text AS row FROM ${table} AS t OFFSET 0) AS texts WHERE ${places.join(' OR ')}`,
    [...keyIds],
  );
  return new Map(keyIds.map((keyId, i) => [keyId, Number(rows[0]![`k${i}`])]));
}
