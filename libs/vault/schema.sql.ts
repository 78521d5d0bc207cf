/** Keys and look-ups stand in a schema of their own, which only the vault's own role may touch. */
export const vaultSchema: readonly string[] = [
  `CREATE SCHEMA vault`,
  // Who is behind a look-up value: blind is an HMAC under a key that is not in the database; erasure removes the row.
  `CREATE TABLE vault.identities (
     controller text NOT NULL,
     kind text NOT NULL,
     blind bytea NOT NULL,
     subject_id uuid NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (controller, kind, blind))`,
  `CREATE INDEX identities_by_subject ON vault.identities (subject_id)`,
  // One key for each person and retention class. Wrapped; a destroyed key leaves its row without the key, as a record.
  `CREATE TABLE vault.data_keys (
     key_id uuid PRIMARY KEY,
     subject_id uuid NOT NULL,
     retention_class text NOT NULL,
     wrapped bytea,
     commitment bytea NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     destroyed_at timestamptz,
     CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL)))`,
  // A partial index: after a destruction the person may come back and get a new key.
  `CREATE UNIQUE INDEX data_keys_live ON vault.data_keys (subject_id, retention_class) WHERE destroyed_at IS NULL`,
  `GRANT USAGE ON SCHEMA vault TO hjemmel_vault`,
  `GRANT SELECT, INSERT, DELETE ON vault.identities TO hjemmel_vault`,
  `GRANT SELECT, INSERT ON vault.data_keys TO hjemmel_vault`,
  `GRANT UPDATE (wrapped, destroyed_at) ON vault.data_keys TO hjemmel_vault`,
];
