import { idempotencyGrants, idempotencySchema } from '@hjemmel/http/idempotency.sql';
import { vaultSchema } from '@hjemmel/vault/schema.sql';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keys and look-ups for the vault's role, answers to commands for the API's. Never changed once released: what comes later is a migration of its own. */
export class Initial1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of vaultSchema) await runner.query(statement);
    for (const statement of [...idempotencySchema, ...idempotencyGrants('hjemmel_api')]) await runner.query(statement);
    await runner.query('GRANT USAGE ON SCHEMA command TO hjemmel_worker');
    // Locking a row before it is deleted asks for the right to update something in it.
    await runner.query('GRANT SELECT, DELETE, UPDATE (created_at) ON command.idempotency TO hjemmel_worker');
    await runner.query('CREATE SCHEMA read');
    await runner.query('GRANT USAGE ON SCHEMA read TO hjemmel_api, hjemmel_worker');
    // Tables of read models come and go with their versions; the roles' rights on them are the same for all.
    await runner.query('ALTER DEFAULT PRIVILEGES IN SCHEMA read GRANT SELECT ON TABLES TO hjemmel_api');
    await runner.query('ALTER DEFAULT PRIVILEGES IN SCHEMA read GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO hjemmel_worker');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const schema of ['read', 'command', 'vault']) await runner.query(`DROP SCHEMA ${schema} CASCADE`);
  }
}
