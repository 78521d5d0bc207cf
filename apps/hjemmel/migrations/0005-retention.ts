import { keepingGrants, keepingSchema } from '@hjemmel/contexts/retention/read-models/keeping.sql';
import PgBoss from 'pg-boss';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The form of pg-boss' tables that its plan makes here. Another release brings another form: then a migration of its own takes them there. */
const FORM = '24';
/** Longer than any run takes, within what pg-boss allows: a job of a worker that died is found by the next one that holds the lock, not by this. */
const EXPIRE_SECONDS = 23 * 3600;
const queue = { policy: 'standard', retryLimit: 10_000, retryDelay: 60, retryBackoff: false, expireInSeconds: EXPIRE_SECONDS };

/**
 * What waits is a row in pg-boss. The owner makes tables and queues; the worker sends, takes and ends jobs, and can neither make a queue nor remove one.
 */
export class Retention1764400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...keepingSchema, ...keepingGrants('hjemmel_api', 'hjemmel_worker')]) await runner.query(statement);
    await runner.query(withinTransaction(PgBoss.getConstructionPlans('pgboss')));
    const [made] = (await runner.query('SELECT version::text FROM pgboss.version')) as { version: string }[];
    if (made?.version !== FORM) throw new Error(`pg-boss makes its tables in form ${made?.version}, and this migration knows ${FORM}`);
    await runner.query('SELECT pgboss.create_queue($1, $2)', ['retention-run', JSON.stringify(queue)]);
    await runner.query('REVOKE EXECUTE ON FUNCTION pgboss.create_queue(text, json), pgboss.delete_queue(text) FROM PUBLIC');
    await runner.query('GRANT USAGE ON SCHEMA pgboss TO hjemmel_worker');
    await runner.query('GRANT SELECT ON pgboss.version, pgboss.queue TO hjemmel_worker');
    // Which worker clears up is settled by who sets the time first.
    await runner.query('GRANT UPDATE (maintained_on) ON pgboss.version TO hjemmel_worker');
    await runner.query('GRANT SELECT, INSERT, UPDATE, DELETE ON pgboss.job, pgboss.archive TO hjemmel_worker');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const schema of ['pgboss', 'retention']) await runner.query(`DROP SCHEMA ${schema} CASCADE`);
  }
}

/** The plan without its own transaction: a migration stands in one already. */
function withinTransaction(plan: string): string {
  const [, statements] = /^\s*BEGIN;(.*)COMMIT;\s*$/s.exec(plan) ?? [];
  if (statements === undefined) throw new Error('the plan of pg-boss is no single transaction');
  return statements;
}
