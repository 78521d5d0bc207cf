import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureRoles, RoleUrls } from '@hjemmel/embedded-postgres';
import { startTestPostgres } from '@hjemmel/embedded-postgres/testing';
import { Pool } from 'pg';
import type { EpochKeys } from '@hjemmel/vault/epoch-keys';
import { vaultEpochsSchema } from '@hjemmel/vault/epochs.sql';
import { EpochKind, EPOCH_KINDS, FileKeys } from '@hjemmel/vault/key-sources';
import { KeyStore } from '@hjemmel/vault/key-store';
import { vaultSchema } from '@hjemmel/vault/schema.sql';
import { openVaultKeys, VaultKeys } from '@hjemmel/vault/secrets';

interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

interface Server {
  /** As superuser. */
  readonly ownerUrl: string;
  stop(): Promise<void>;
}

/** The vault's tables on a real Postgres, with the logins that the programs have. */
export interface VaultDatabase {
  readonly urls: RoleUrls;
  /** For files of this test alone. */
  readonly folder: string;
  readonly owner: Pool;
  readonly superuser: Pool;
  /** The vault's own login, with its own rights and no more. */
  readonly vault: Pool;
  readonly worker: Pool;
  poolOf(connectionString: string): Pool;
  /** Keys of the vault from files in a folder of their own. */
  keysIn(secrets: string): Promise<VaultKeys>;
  /** A store as another process would have it; closed at the end, or by `closeStores`. */
  storeOf(keys: { readonly master: EpochKeys }, pool?: Pool): KeyStore;
  closeStores(): Promise<void>;
  /**
   * Lets two writers meet in the middle of what they insert: a third holds the row between theirs until both wait, and then goes away. Who
   * inserts in the order asked for, and not in one order, waits for the other for ever then.
   */
  meeting<T>(holding: Statement, writers: () => readonly Promise<T>[]): Promise<T[]>;
  /** Empties the tables and forgets every epoch but the first. */
  empty(): Promise<void>;
  stop(): Promise<void>;
}

/** @param server another than one for tests alone, such as one that is restarted */
export async function startVaultDatabase(server?: Server): Promise<VaultDatabase> {
  const postgres = server ?? (await startTestPostgres());
  const folder = await mkdtemp(join(tmpdir(), 'hjemmel-vault-'));
  const urls = await ensureRoles(postgres.ownerUrl, join(folder, 'roles'));
  const pools: Pool[] = [];
  const stores: KeyStore[] = [];
  const poolOf = (connectionString: string): Pool => {
    const made = new Pool({ connectionString });
    made.on('error', () => undefined); // a connection may still be saying goodbye when its server stops
    pools.push(made);
    return made;
  };
  const owner = poolOf(urls.owner);
  // As migrations leave it: what the worker may do beside is theirs to say.
  const worker = ['GRANT USAGE ON SCHEMA vault TO hjemmel_worker', 'GRANT SELECT ON vault.data_keys TO hjemmel_worker'];
  for (const statement of [...vaultSchema, ...worker, ...vaultEpochsSchema]) await owner.query(statement);
  const [vault, superuser] = [poolOf(urls.vault), poolOf(urlOf(postgres.ownerUrl, urls.owner))];
  const closeStores = async (): Promise<void> => void (await Promise.all(stores.splice(0).map((store) => store.close())));
  return {
    urls,
    folder,
    owner,
    superuser,
    vault,
    worker: poolOf(urls.worker),
    poolOf,
    keysIn: async (secrets) => {
      await mkdir(secrets, { recursive: true, mode: 0o700 });
      return openVaultKeys(new FileKeys(secrets), vault, 'at-first-start');
    },
    storeOf: (keys, pool = vault) => {
      const store = new KeyStore(pool, keys.master);
      stores.push(store);
      return store;
    },
    closeStores,
    meeting: (holding, writers) => meeting(owner, superuser, holding, writers),
    empty: async () => {
      for (const table of ['data_keys', 'identities', 'key_caches CASCADE', 'epochs']) await owner.query(`TRUNCATE vault.${table}`);
      for (const kind of EPOCH_KINDS satisfies readonly EpochKind[])
        await owner.query('INSERT INTO vault.epochs (kind, epoch) VALUES ($1, 1)', [kind]);
    },
    stop: async () => {
      await closeStores();
      await Promise.all(pools.map((one) => one.end()));
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The same login in the programs' database. */
function urlOf(login: string, database: string): string {
  const url = new URL(login);
  url.pathname = new URL(database).pathname;
  return url.href;
}

async function meeting<T>(owner: Pool, superuser: Pool, holding: Statement, writers: () => readonly Promise<T>[]): Promise<T[]> {
  const third = await owner.connect();
  try {
    await third.query('BEGIN');
    await third.query(holding.text, [...holding.values]);
    let ended = false;
    const done = Promise.all(writers()).finally(() => (ended = true));
    const waiting = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND usename = 'hjemmel_vault'`;
    for (let waiters = 0; waiters !== 2 && !ended;) waiters = (await superuser.query(waiting)).rowCount ?? 0;
    await third.query('ROLLBACK');
    return await done;
  } finally {
    third.release();
  }
}
