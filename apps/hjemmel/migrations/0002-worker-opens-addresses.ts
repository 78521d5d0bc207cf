import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Telling people of a changed statement needs their address. The worker may read wrapped data keys, and nothing else of the vault: it
 * makes none, destroys none, and sees no look-up of who is who.
 */
export class WorkerOpensAddresses1764100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('GRANT USAGE ON SCHEMA vault TO hjemmel_worker');
    await runner.query('GRANT SELECT ON vault.data_keys TO hjemmel_worker');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('REVOKE SELECT ON vault.data_keys FROM hjemmel_worker');
    await runner.query('REVOKE USAGE ON SCHEMA vault FROM hjemmel_worker');
  }
}
