import { exists } from '@hjemmel/host';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { Binaries, findBinaries } from './binaries';
import { ensureCluster, filesIn, superuserUrl } from './cluster';
import { OtherUser, postgresUser } from './identity';
import { startPostmaster } from './postmaster';
import { FORGETFUL, SERVER } from './settings';

export interface TestPostgres {
  /** An empty database of its own, as superuser. */
  readonly url: string;
  /** The server's `postgres` database, as superuser: what `ensureRoles` takes. */
  readonly ownerUrl: string;
  /** Makes one more empty database and gives its URL (superuser). */
  freshDatabase(): Promise<string>;
  /** Stops the server and removes its files. */
  stop(): Promise<void>;
}

/**
 * A real Postgres for one test file, with the product's settings but for durability: about 0.4 s, from a cluster that is
 * made once on a machine and copied. It ends with the process that started it, even when that is killed.
 */
export async function startTestPostgres(): Promise<TestPostgres> {
  const user = postgresUser();
  const binaries = await findBinaries(user);
  const folder = await emptyFolder();
  await copy(await template(binaries, user), folder);
  const server = await startPostmaster(filesIn(folder), binaries, user, { ...SERVER, ...FORGETFUL });
  const ownerUrl = await superuserUrl(filesIn(folder), server.port);
  const freshDatabase = () => makeDatabase(ownerUrl);
  return {
    url: await freshDatabase(),
    ownerUrl,
    freshDatabase,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function makeDatabase(ownerUrl: string): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name}`);
  } finally {
    await client.end();
  }
  const url = new URL(ownerUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hjemmel-test-postgres-'));
  await chmod(folder, 0o711);
  return folder;
}

/** A cluster that no server runs on, made by the first test that needs it. The last part of its name changes when its form does. */
async function template(binaries: Binaries, user: OtherUser | undefined): Promise<string> {
  const place = join(tmpdir(), `hjemmel-postgres-template-${binaries.version}-${process.getuid?.() ?? 'user'}-1`);
  if (await exists(place)) return mine(place);
  const draft = await emptyFolder();
  await ensureCluster(filesIn(draft), binaries, user);
  try {
    await rename(draft, place);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!(await exists(place))) throw error; // else another test file was quicker
  }
  return mine(place);
}

async function mine(place: string): Promise<string> {
  const { uid } = await lstat(place);
  if (process.getuid && uid !== process.getuid()) throw new Error(`${place} belongs to another user`);
  return place;
}

/** `cp` keeps owner and mode of each file, which Postgres insists on. */
const copy = async (from: string, to: string): Promise<void> => void (await promisify(execFile)('cp', ['-pR', `${from}/.`, to]));
