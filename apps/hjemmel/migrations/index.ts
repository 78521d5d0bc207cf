import { ensureProjectionTables } from '@hjemmel/projections';
import { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { readModels } from '../../worker/read-models';
import { Initial1764000000000 } from './0001-initial';

/** Brings the database to what this version of the program needs; does nothing where it is there already. Runs as the owner. */
export async function migrate(ownerUrl: string): Promise<void> {
  const source = await new DataSource({
    type: 'postgres',
    url: ownerUrl,
    migrations: [Initial1764000000000],
    migrationsTableName: 'migrations',
  }).initialize();
  try {
    await source.runMigrations({ transaction: 'each' });
  } finally {
    await source.destroy();
  }
  const pool = new Pool({ connectionString: ownerUrl, max: 1 });
  try {
    await ensureProjectionTables(pool, readModels);
  } finally {
    await pool.end();
  }
}
