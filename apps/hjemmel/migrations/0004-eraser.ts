import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A login that erases: it empties keys, deletes look-ups and searches the tables that hold ciphertext. It reads no key, wrapped or not, and no blind
 * index; what it writes in a key's place can be nothing.
 */
const statements: readonly string[] = [
  `GRANT USAGE ON SCHEMA vault, read, command TO hjemmel_eraser`,
  `GRANT SELECT (key_id, subject_id, retention_class, commitment, destroyed_at) ON vault.data_keys TO hjemmel_eraser`,
  `GRANT UPDATE (wrapped, destroyed_at) ON vault.data_keys TO hjemmel_eraser`,
  `CREATE FUNCTION vault.only_destroy() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
   BEGIN
     IF current_user = 'hjemmel_eraser' AND (NEW.wrapped IS NOT NULL OR OLD.destroyed_at IS NOT NULL) THEN
       RAISE EXCEPTION 'this login destroys keys, and does nothing else with them' USING ERRCODE = 'insufficient_privilege';
     END IF;
     RETURN NEW;
   END $$`,
  `CREATE TRIGGER only_destroy BEFORE UPDATE ON vault.data_keys FOR EACH ROW EXECUTE FUNCTION vault.only_destroy()`,
  `GRANT SELECT (subject_id, kind), DELETE ON vault.identities TO hjemmel_eraser`,
  // Destroying waits for every process that may hold a key in memory: it has to see them all.
  `GRANT SELECT, INSERT, DELETE ON vault.key_caches TO hjemmel_eraser`,
  `GRANT UPDATE (lease_until) ON vault.key_caches TO hjemmel_eraser`,
  `GRANT SELECT, INSERT, DELETE ON vault.key_evictions TO hjemmel_eraser`,
  `CREATE POLICY eraser_waits_for_all ON vault.key_caches FOR SELECT TO hjemmel_eraser USING (true)`,
  `CREATE POLICY eraser_waits_for_all ON vault.key_evictions TO hjemmel_eraser USING (true)`,
  `GRANT SELECT ON ALL TABLES IN SCHEMA read, command TO hjemmel_eraser`,
  `ALTER DEFAULT PRIVILEGES IN SCHEMA read GRANT SELECT ON TABLES TO hjemmel_eraser`,
  `ALTER DEFAULT PRIVILEGES IN SCHEMA command GRANT SELECT ON TABLES TO hjemmel_eraser`,
  // How far the log's destructions are carried out here; one row.
  `CREATE TABLE vault.reapplied (
     one boolean PRIMARY KEY DEFAULT true CHECK (one),
     position bigint NOT NULL,
     moved_at timestamptz NOT NULL DEFAULT now())`,
  `GRANT SELECT, INSERT, UPDATE ON vault.reapplied TO hjemmel_vault, hjemmel_eraser`,
];

export class Eraser1764300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE vault.reapplied');
    for (const table of ['key_caches', 'key_evictions']) await runner.query(`DROP POLICY eraser_waits_for_all ON vault.${table}`);
    await runner.query('DROP TRIGGER only_destroy ON vault.data_keys');
    await runner.query('DROP FUNCTION vault.only_destroy()');
    await runner.query('ALTER DEFAULT PRIVILEGES IN SCHEMA read, command REVOKE SELECT ON TABLES FROM hjemmel_eraser');
    await runner.query('REVOKE ALL ON ALL TABLES IN SCHEMA vault, read, command FROM hjemmel_eraser');
    await runner.query(
      'REVOKE ALL (key_id, subject_id, retention_class, commitment, destroyed_at, wrapped) ON vault.data_keys FROM hjemmel_eraser',
    );
    await runner.query('REVOKE USAGE ON SCHEMA vault, read, command FROM hjemmel_eraser');
  }
}
