import { vaultEpochsSchema } from '@hjemmel/vault/epochs.sql';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Master keys of several epochs, blind indexes of several versions, and destructions that every holder of keys has heard of. Keys and
 * people that are there belong to the first epoch and version. No release destroyed keys so far, so that each person and class has one row.
 */
export class VaultEpochs1764200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of vaultEpochsSchema) await runner.query(statement);
  }

  /** Only while nothing was rotated: keys of later epochs could not be told from those of the first any more. */
  async down(runner: QueryRunner): Promise<void> {
    const later = (await runner.query('SELECT 1 FROM vault.epochs WHERE epoch > 1')) as unknown[];
    if (later.length > 0) throw new Error('keys were rotated: the form before that has no place for them');
    for (const table of ['data_keys', 'identities']) {
      await runner.query(`DROP TRIGGER demand_current ON vault.${table}`);
      await runner.query(`DROP FUNCTION vault.demand_current_${table}()`);
    }
    for (const table of ['key_evictions', 'key_caches', 'epochs']) await runner.query(`DROP TABLE vault.${table}`);
    await runner.query('ALTER TABLE vault.identities DROP COLUMN version, DROP COLUMN epoch, DROP COLUMN sealed');
    await runner.query('CREATE UNIQUE INDEX data_keys_live ON vault.data_keys (subject_id, retention_class) WHERE destroyed_at IS NULL');
    await runner.query('DROP INDEX vault.data_keys_by_subject');
    await runner.query('ALTER TABLE vault.data_keys DROP COLUMN epoch');
  }
}
