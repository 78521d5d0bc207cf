import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filesIn, superuserUrl } from '@hjemmel/embedded-postgres/cluster';
import { DATABASE } from '@hjemmel/embedded-postgres/roles';
import { Client } from 'pg';

/** Every row of every table of ours as text: Postgres compresses long values in its files, where no search would see through them. */
export async function everyRow(data: string): Promise<{ readonly tables: readonly string[]; readonly text: string }> {
  const files = filesIn(join(data, 'postgres'));
  // Its fourth line is the port (PostgreSQL, "Database File Layout").
  const port = Number((await readFile(join(files.data, 'postmaster.pid'), 'utf8')).split('\n')[3]);
  const url = new URL(await superuserUrl(files, port));
  url.pathname = `/${DATABASE}`;
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const tables = rows.map(({ name }) => name);
    const texts: string[] = [];
    for (const table of tables) {
      const dumped = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${table} AS t`);
      texts.push(...dumped.rows.map(({ row }) => row));
    }
    return { tables, text: texts.join('\n') };
  } finally {
    await client.end();
  }
}
