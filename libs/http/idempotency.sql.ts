/**
 * What each Idempotency-Key was answered. Holds no personal data: the key itself is kept as a hash, the body as a MAC under a key that
 * is not in the database, and answers name pseudonyms only. `answer` is json, not jsonb, so that a repeat gets the same bytes.
 */
export const idempotencySchema: readonly string[] = [
  `CREATE SCHEMA IF NOT EXISTS command`,
  `CREATE TABLE command.idempotency (
     key_hash bytea PRIMARY KEY,
     body_mac bytea NOT NULL,
     created_at timestamptz NOT NULL,
     status smallint,
     answer json,
     finished_at timestamptz,
     CHECK ((status IS NULL) = (finished_at IS NULL) AND (status IS NULL) = (answer IS NULL)))`,
  `CREATE INDEX idempotency_by_age ON command.idempotency (created_at)`,
];

/** @param role the API's role in Postgres; give the worker's role DELETE and SELECT for the pruning. */
export const idempotencyGrants = (role: string): readonly string[] => [
  `GRANT USAGE ON SCHEMA command TO ${role}`,
  `GRANT SELECT, INSERT, UPDATE, DELETE ON command.idempotency TO ${role}`,
];
