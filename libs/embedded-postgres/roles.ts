import { newPassword, readSecretFile, secretFile } from '@hjemmel/host';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { isVerifierOf, scramVerifier } from './scram';

export const DATABASE = 'hjemmel';

/** Who logs in to the database. The owner makes and changes tables; the others may do what its migrations grant them. */
export const ROLES = {
  owner: 'hjemmel_owner',
  api: 'hjemmel_api',
  worker: 'hjemmel_worker',
  vault: 'hjemmel_vault',
  eraser: 'hjemmel_eraser',
} as const;
export type Role = keyof typeof ROLES;
export type RoleUrls = Readonly<Record<Role, string>>;

/**
 * Makes the database and its login roles where they are missing, and sees to it that each has the password of its secret
 * file (`postgres-<role>.password`, made where it is missing). None is a superuser or may make databases or roles.
 * @param adminUrl login that may make roles and databases: a superuser, or (Postgres 16 or later) CREATEROLE and CREATEDB
 * @returns connection strings with passwords: for environment variables of our own processes, never to be shown
 */
export async function ensureRoles(adminUrl: string, secretsFolder: string): Promise<RoleUrls> {
  await mkdir(secretsFolder, { recursive: true, mode: 0o700 });
  const passwords = new Map<Role, string>();
  for (const role of Object.keys(ROLES) as Role[]) passwords.set(role, await secretFile(passwordFile(secretsFolder, role), newPassword));
  const admin = await connect(adminUrl);
  try {
    await ensureOn(admin, passwords);
  } finally {
    await admin.end();
  }
  const urlOf = (role: Role) => roleUrl(adminUrl, ROLES[role], passwords.get(role) ?? '');
  return { owner: urlOf('owner'), api: urlOf('api'), worker: urlOf('worker'), vault: urlOf('vault'), eraser: urlOf('eraser') };
}

/** The connection string of one role on a server, with the password of its secret file: never to be shown. @throws OperatorError where that is missing */
export async function urlOfRole(serverUrl: string, role: Role, secretsFolder: string): Promise<string> {
  return roleUrl(serverUrl, ROLES[role], await readSecretFile(passwordFile(secretsFolder, role)));
}

const passwordFile = (secretsFolder: string, role: Role): string => join(secretsFolder, `postgres-${role}.password`);

async function connect(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined); // a connection that breaks rejects the query that is under way; unheard it would end the process
  await client.connect();
  return client;
}

async function ensureOn(admin: Client, passwords: ReadonlyMap<Role, string>): Promise<void> {
  const superuser = await isSuperuser(admin);
  // A login that is no superuser must be able to act as the owner whom it makes, to give it the database.
  if (!superuser) await admin.query(`SET createrole_self_grant = 'set'`);
  for (const [role, password] of passwords) await ensureRole(admin, ROLES[role], password, superuser);
  const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
  if (rowCount === 0) await admin.query(`CREATE DATABASE ${DATABASE} OWNER ${ROLES.owner} ENCODING 'UTF8' TEMPLATE template0`);
  if (!superuser) await admin.query(`SET ROLE ${ROLES.owner}`);
  await admin.query(`REVOKE ALL ON DATABASE ${DATABASE} FROM PUBLIC`);
  await admin.query(`GRANT CONNECT ON DATABASE ${DATABASE} TO ${ROLES.api}, ${ROLES.worker}, ${ROLES.vault}, ${ROLES.eraser}`);
}

async function isSuperuser(admin: Client): Promise<boolean> {
  const { rows } = await admin.query<{ rolsuper: boolean }>('SELECT rolsuper FROM pg_roles WHERE rolname = current_user');
  return rows[0]?.rolsuper === true;
}

async function ensureRole(admin: Client, name: string, password: string, superuser: boolean): Promise<void> {
  const { rowCount } = await admin.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
  if (rowCount === 0) await admin.query(`CREATE ROLE ${name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS`);
  if (await hasPassword(admin, name, password, superuser)) return;
  await admin.query(`ALTER ROLE ${name} PASSWORD '${scramVerifier(password)}'`);
  // Messages of errors may quote a value ("invalid input syntax for … "): they go to the program and not to the server's log.
  if (superuser) await admin.query(`ALTER ROLE ${name} SET log_min_messages = 'log'`);
}

/** Only a superuser may look; for another login the password is set each time. */
async function hasPassword(admin: Client, name: string, password: string, superuser: boolean): Promise<boolean> {
  if (!superuser) return false;
  const { rows } = await admin.query<{ rolpassword: string | null }>('SELECT rolpassword FROM pg_authid WHERE rolname = $1', [name]);
  return isVerifierOf(password, rows[0]?.rolpassword ?? '');
}

function roleUrl(adminUrl: string, name: string, password: string): string {
  const url = new URL(adminUrl);
  url.username = name;
  url.password = password;
  url.pathname = `/${DATABASE}`;
  return url.href;
}
