import { ensureProjectionTables } from '@hjemmel/projections';
import { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { readModels } from '../../worker/read-models';
import { Initial1764000000000 } from './0001-initial';
import { WorkerOpensAddresses1764100000000 } from './0002-worker-opens-addresses';
import { VaultEpochs1764200000000 } from './0003-vault-epochs';
import { Eraser1764300000000 } from './0004-eraser';
import { Retention1764400000000 } from './0005-retention';

/** Brings the database to what this version of the program needs; does nothing where it is there already. Runs as the owner. Gives the names of the migrations it applied. */
export async function migrate(ownerUrl: string): Promise<readonly string[]> {
  const source = await new DataSource({
    type: 'postgres',
    url: ownerUrl,
    migrations: [
      Initial1764000000000,
      WorkerOpensAddresses1764100000000,
      VaultEpochs1764200000000,
      Eraser1764300000000,
      Retention1764400000000,
    ],
    migrationsTableName: 'migrations',
  }).initialize();
  const applied = await source.runMigrations({ transaction: 'each' }).finally(() => source.destroy());
  const pool = new Pool({ connectionString: ownerUrl, max: 1 });
  try {
    await ensureProjectionTables(pool, readModels);
  } finally {
    await pool.end();
  }
  return applied.map(({ name }) => name);
}
