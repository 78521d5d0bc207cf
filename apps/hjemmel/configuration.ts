import { OperatorError, settings } from '@hjemmel/host';
import { RoleUrls } from '@hjemmel/embedded-postgres';
import { join, resolve } from 'node:path';

/** What `npm start` was told by environment variables. */
export interface Configuration {
  /** Absolute. Everything that is kept stands under it. */
  readonly data: string;
  readonly host: string;
  readonly port: number;
  /**
   * Whose national identity numbers are taken. A log of its own is for trying the program out and for tests, where no real person's
   * number belongs; beside a log elsewhere people are real. HJEMMEL_NATIONAL_IDS says otherwise.
   */
  readonly nationalIds: 'real' | 'synthetic';
  readonly log: { readonly kind: 'embedded'; readonly port?: number } | { readonly kind: 'server'; readonly connectionString: string };
  readonly postgres:
    | { readonly kind: 'embedded'; readonly port?: number }
    /** A server where a login may make our roles and database. */
    | { readonly kind: 'server'; readonly adminUrl: string }
    /** A server where somebody else made them. */
    | { readonly kind: 'roles'; readonly urls: RoleUrls };
  /** Keys of the vault that were told in variables, by variable: for those programs alone that need them, and never to be shown. */
  readonly vaultKeys: Readonly<Record<string, string>>;
}

/** Taken out of the supervisor's own environment, which every program that it starts inherits. */
export const VAULT_KEYS = ['HJEMMEL_VAULT_MASTER_KEYS', 'HJEMMEL_VAULT_BLIND_INDEX_KEYS'] as const;

const POSTGRES = ['postgres:', 'postgresql:'] as const;
const EVENT_STORE = ['esdb:', 'esdb+discover:'] as const;
const ROLE_VARIABLES = {
  owner: 'HJEMMEL_POSTGRES_OWNER_URL',
  api: 'HJEMMEL_POSTGRES_API_URL',
  worker: 'HJEMMEL_POSTGRES_WORKER_URL',
  vault: 'HJEMMEL_POSTGRES_VAULT_URL',
  eraser: 'HJEMMEL_POSTGRES_ERASER_URL',
} as const;

/** @throws OperatorError that names the variable at fault */
export function readConfiguration(env: Readonly<Record<string, string | undefined>>, workingFolder = process.cwd()): Configuration {
  const read = settings(env);
  const connectionString = read.url('HJEMMEL_LOG', EVENT_STORE);
  return {
    data: resolve(workingFolder, read.text('HJEMMEL_DATA', 'data')),
    host: read.text('HJEMMEL_HOST', '127.0.0.1'),
    port: read.port('PORT', 3000),
    nationalIds: read.choice('HJEMMEL_NATIONAL_IDS', ['real', 'synthetic'], connectionString === undefined ? 'synthetic' : 'real'),
    log: connectionString === undefined ? embedded(read.port('HJEMMEL_LOG_PORT')) : { kind: 'server', connectionString },
    postgres: readPostgres(env),
    vaultKeys: Object.fromEntries(VAULT_KEYS.flatMap((name) => (env[name] ? [[name, env[name]]] : []))),
  };
}

const embedded = (port: number | undefined) => ({ kind: 'embedded' as const, ...(port === undefined ? {} : { port }) });

function readPostgres(env: Readonly<Record<string, string | undefined>>): Configuration['postgres'] {
  const read = settings(env);
  const adminUrl = read.url('HJEMMEL_POSTGRES_URL', POSTGRES);
  if (adminUrl !== undefined) return { kind: 'server', adminUrl };
  const { owner, api, worker, vault, eraser } = ROLE_VARIABLES;
  const urls = {
    owner: read.url(owner, POSTGRES),
    api: read.url(api, POSTGRES),
    worker: read.url(worker, POSTGRES),
    vault: read.url(vault, POSTGRES),
    eraser: read.url(eraser, POSTGRES),
  };
  const missing = Object.entries(urls).flatMap(([role, url]) => (url === undefined ? [ROLE_VARIABLES[role as keyof typeof urls]] : []));
  if (missing.length === Object.keys(urls).length) return embedded(read.port('HJEMMEL_POSTGRES_PORT'));
  if (missing.length > 0)
    throw new OperatorError(`Postgres is told by one URL for each role, or by HJEMMEL_POSTGRES_URL: missing ${missing.join(', ')}`);
  return { kind: 'roles', urls: urls as RoleUrls };
}

/** Where things stand in the data folder. */
export const places = (data: string) => ({
  secrets: join(data, 'secrets'),
  postgres: join(data, 'postgres'),
  log: join(data, 'log'),
  outputs: join(data, 'output'),
});

/** A connection string as it may be shown: without user, password and options. */
export function shownUrl(url: string): string {
  const [, protocol, rest = ''] = /^([a-z+]+:\/\/)(.*)$/.exec(url) ?? [];
  if (protocol === undefined) return '(not shown)';
  return protocol + rest.slice(rest.lastIndexOf('@') + 1).split('?', 1)[0];
}
