import type { Pool } from 'pg';

/** How many look-ups lead to a person, by kind; by whom is not seen. */
export async function lookUpsOf(pool: Pool, subjectId: string): Promise<Readonly<Record<string, number>>> {
  const { rows } = await pool.query<{ kind: string; found: string }>(
    'SELECT kind, count(*) AS found FROM vault.identities WHERE subject_id = $1 GROUP BY kind',
    [subjectId],
  );
  return Object.fromEntries(rows.map(({ kind, found }) => [kind, Number(found)]));
}
