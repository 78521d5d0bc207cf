/** SQLSTATE of an insert that names an epoch or version which has been followed by another: read again what is current, and insert anew. */
export const NOT_CURRENT = 'HJ001';

/** First part of the advisory locks that order inserts and the making of an epoch ('hjem'); the second is the kind's number. */
export const EPOCH_LOCK = 0x686a656d;
export const KIND_NUMBERS = { master: 1, 'blind-index': 2 } as const;

/**
 * What came to the vault after its first release: epochs of master keys and versions of the key of blind indexes, and who holds keys in
 * memory. Applied after `vaultSchema`, which stays as it was released.
 */
export const vaultEpochsSchema: readonly string[] = [
  // Which keys there are, by kind; the last one made is current. `wrapped` is a key as an outside key service gave it, readable there alone.
  `CREATE TABLE vault.epochs (
     kind text NOT NULL CHECK (kind IN ('master', 'blind-index')),
     epoch integer NOT NULL CHECK (epoch > 0),
     wrapped text,
     made_at timestamptz NOT NULL DEFAULT now(),
     retired_at timestamptz,
     PRIMARY KEY (kind, epoch))`,
  `INSERT INTO vault.epochs (kind, epoch) VALUES ('master', 1), ('blind-index', 1)`,
  // Under which master key a data key is wrapped. No default: who inserts says it.
  `ALTER TABLE vault.data_keys ADD COLUMN epoch integer NOT NULL DEFAULT 1`,
  `ALTER TABLE vault.data_keys ALTER COLUMN epoch DROP DEFAULT`,
  // After a destruction the same person and class get no key again: a person who comes back is somebody new to the vault.
  `CREATE UNIQUE INDEX data_keys_by_subject ON vault.data_keys (subject_id, retention_class)`,
  `DROP INDEX vault.data_keys_live`,
  // Which version of the HMAC key made the blind index; the value itself, sealed under that epoch's master key, so that it can be made anew.
  `ALTER TABLE vault.identities ADD COLUMN version integer NOT NULL DEFAULT 1, ADD COLUMN epoch integer, ADD COLUMN sealed bytea,
     ADD CHECK ((epoch IS NULL) = (sealed IS NULL))`,
  `ALTER TABLE vault.identities ALTER COLUMN version DROP DEFAULT`,
  ...demandCurrent('data_keys', [['epoch', 'master']]),
  ...demandCurrent('identities', [
    ['version', 'blind-index'],
    ['epoch', 'master'],
  ]),
  // Processes that may hold plaintext keys in memory, each under its login; the lease tells for how long they may go unheard.
  `CREATE TABLE vault.key_caches (
     process_id uuid PRIMARY KEY,
     login name NOT NULL DEFAULT current_user,
     lease_until timestamptz NOT NULL)`,
  `CREATE TABLE vault.key_evictions (
     destruction_id uuid NOT NULL,
     process_id uuid NOT NULL REFERENCES vault.key_caches ON DELETE CASCADE,
     evicted_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (destruction_id, process_id))`,
  // The worker speaks for its own processes only; the vault's login sees all, or it could not wait for them.
  `ALTER TABLE vault.key_caches ENABLE ROW LEVEL SECURITY`,
  `ALTER TABLE vault.key_evictions ENABLE ROW LEVEL SECURITY`,
  `CREATE POLICY own ON vault.key_caches USING (login = current_user)`,
  `CREATE POLICY all_of_them ON vault.key_caches TO hjemmel_vault USING (true) WITH CHECK (login = current_user)`,
  `CREATE POLICY own ON vault.key_evictions
     USING (EXISTS (SELECT FROM vault.key_caches c WHERE c.process_id = key_evictions.process_id AND c.login = current_user))`,
  `CREATE POLICY all_of_them ON vault.key_evictions TO hjemmel_vault USING (true)`,
  `GRANT SELECT, INSERT ON vault.epochs TO hjemmel_vault`,
  `GRANT UPDATE (wrapped, retired_at) ON vault.epochs TO hjemmel_vault`,
  `GRANT UPDATE (epoch) ON vault.data_keys TO hjemmel_vault`,
  `GRANT UPDATE (blind, version, epoch, sealed) ON vault.identities TO hjemmel_vault`,
  `GRANT SELECT ON vault.epochs TO hjemmel_worker`,
  `GRANT SELECT, INSERT, DELETE ON vault.key_caches TO hjemmel_vault, hjemmel_worker`,
  `GRANT UPDATE (lease_until) ON vault.key_caches TO hjemmel_vault, hjemmel_worker`,
  `GRANT SELECT, INSERT, DELETE ON vault.key_evictions TO hjemmel_vault`,
  `GRANT SELECT, INSERT ON vault.key_evictions TO hjemmel_worker`,
];

/**
 * No row comes in under an epoch that another has followed: whoever makes an epoch holds the lock alone for that moment, who inserts shares it until
 * its commit, and looks after it has it (each statement of a volatile function sees what was committed before it).
 */
function demandCurrent(table: string, columns: readonly (readonly [string, keyof typeof KIND_NUMBERS])[]): string[] {
  const checks = columns.map(
    ([column, kind]) => `
       PERFORM pg_catalog.pg_advisory_xact_lock_shared(${EPOCH_LOCK}, ${KIND_NUMBERS[kind]});
       IF EXISTS (SELECT FROM made WHERE ${column} <> (SELECT max(e.epoch) FROM vault.epochs e WHERE e.kind = '${kind}')) THEN
         RAISE EXCEPTION 'the ${column} is not the current one' USING ERRCODE = '${NOT_CURRENT}';
       END IF;`,
  );
  return [
    `CREATE FUNCTION vault.demand_current_${table}() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
     BEGIN${checks.join('')}
       RETURN NULL;
     END $$`,
    `CREATE TRIGGER demand_current AFTER INSERT ON vault.${table} REFERENCING NEW TABLE AS made
     FOR EACH STATEMENT EXECUTE FUNCTION vault.demand_current_${table}()`,
  ];
}
