import { ROLES, urlOfRole } from '@hjemmel/embedded-postgres/roles';
import { exists, OperatorError, readRuntime, reasonOf, settings } from '@hjemmel/host';
import { takeKeySource, VaultKeys, vaultKeysFrom } from '@hjemmel/vault';
import { Pool } from 'pg';
import { resolve } from 'node:path';
import { places, shownUrl } from '../configuration';

export interface VaultOptions {
  readonly data?: string;
}

const POSTGRES = ['postgres:', 'postgresql:'] as const;

/**
 * Opens the vault's tables under its own login, and knows where its keys come from. They are where the programs have them: HJEMMEL_POSTGRES_VAULT_URL,
 * HJEMMEL_POSTGRES_URL, or the Postgres of the instance that runs on the data folder.
 * @throws OperatorError where there is none, or it can't be reached
 */
export async function withVault<T>({ data }: VaultOptions, use: (pool: Pool, keys: VaultKeys) => Promise<T>): Promise<T> {
  const folder = resolve(data ?? (process.env['HJEMMEL_DATA'] || 'data'));
  const secrets = process.env['HJEMMEL_SECRETS'] || places(folder).secrets;
  const source = takeKeySource(settings({ ...process.env, HJEMMEL_SECRETS: secrets }));
  const url = await urlOf(folder, secrets);
  const pool = new Pool({ connectionString: url, max: 2 });
  pool.on('error', () => undefined); // a connection that breaks while it is idle is replaced at the next use
  try {
    await demandVault(pool, url);
    return await use(pool, vaultKeysFrom(source, pool));
  } finally {
    await pool.end();
  }
}

async function urlOf(folder: string, secrets: string): Promise<string> {
  const read = settings(process.env);
  const told = read.url('HJEMMEL_POSTGRES_VAULT_URL', POSTGRES);
  if (told !== undefined) return told;
  const server = read.url('HJEMMEL_POSTGRES_URL', POSTGRES);
  if (server !== undefined) return urlOfRole(server, 'vault', secrets);
  const runtime = (await exists(folder)) ? await readRuntime(folder) : undefined;
  if (runtime?.postgres !== undefined) return urlOfRole(`postgres://${runtime.postgres}`, 'vault', secrets);
  throw new OperatorError(
    `nothing runs on ${folder}: start it (npm start), name its data folder with --data, or set HJEMMEL_POSTGRES_VAULT_URL to a Postgres elsewhere`,
  );
}

async function demandVault(pool: Pool, url: string): Promise<void> {
  const found = await pool.query<{ ready: boolean }>(`SELECT to_regclass('vault.epochs') IS NOT NULL AS ready`).catch((error: unknown) => {
    throw new OperatorError(`can't use Postgres at ${shownUrl(url)} as ${ROLES.vault}: ${reasonOf(error)}`);
  });
  if (!found.rows[0]!.ready)
    throw new OperatorError(`the vault at ${shownUrl(url)} is of an older version: start the program once, which brings it up`);
}
