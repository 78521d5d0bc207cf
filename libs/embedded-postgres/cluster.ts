import { OperatorError, exists, newPassword, readSecretFile, secretFile, syncFolder } from '@hjemmel/host';
import { execFile } from 'node:child_process';
import { chown, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Binaries } from './binaries';
import { OtherUser, reachableBy } from './identity';
import { CLUSTER, SUPERUSER } from './settings';

/** The files of one server: its tables in a folder of the user whom Postgres runs as; password and log beside it, ours alone. */
export interface ClusterFiles {
  readonly folder: string;
  readonly data: string;
  readonly log: string;
  readonly password: string;
}

export const filesIn = (folder: string): ClusterFiles => ({
  folder: resolve(folder),
  data: resolve(folder, 'cluster'),
  log: resolve(folder, 'postgres.log'),
  password: resolve(folder, 'superuser.password'),
});

/**
 * The data folder as Postgres is told it: `-D` of initdb and postgres, whose working folder it is. Under a folder that
 * Postgres' user may not pass through (such as root's home) its path is of no use to it, but where it stands already is.
 */
export async function dataArgument(data: string, user: OtherUser | undefined): Promise<string> {
  if (await reachableBy(user, data)) return data;
  if (process.platform === 'linux') return '/proc/self/cwd';
  throw new OperatorError(
    `Postgres runs as another user than root and can't reach ${data}: set HJEMMEL_DATA to a folder that all may enter`,
  );
}

/** Makes the cluster where there is none (about a second). One that was cut off half-way is begun anew. */
export async function ensureCluster(files: ClusterFiles, binaries: Binaries, user: OtherUser | undefined): Promise<'made' | 'found'> {
  await mkdir(files.folder, { recursive: true, mode: 0o711 });
  const password = await secretFile(files.password, newPassword);
  if (await exists(files.data)) return 'found';
  const draft = `${files.data}.unfinished`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  if (user) await chown(draft, user.uid, user.gid);
  await initdb(draft, password, binaries, user);
  await rename(draft, files.data);
  await syncFolder(files.folder);
  return 'made';
}

/** initdb reads the password from a file that its user can read; it is there for as long as initdb runs. */
async function initdb(data: string, password: string, binaries: Binaries, user: OtherUser | undefined): Promise<void> {
  const desk = await mkdtemp(join(tmpdir(), 'hjemmel-initdb-'));
  try {
    const passwordFile = join(desk, 'password');
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (user) {
      await chown(passwordFile, user.uid, user.gid);
      await chown(desk, user.uid, user.gid);
    }
    const where = await dataArgument(data, user);
    await run(binaries.initdb, ['-D', where, '-U', SUPERUSER, `--pwfile=${passwordFile}`, ...CLUSTER], data, user);
  } finally {
    await rm(desk, { recursive: true, force: true });
  }
}

function run(program: string, args: readonly string[], cwd: string, user: OtherUser | undefined): Promise<void> {
  return new Promise((settle, reject) => {
    execFile(program, args, { cwd, env: postgresEnvironment(), ...user }, (error, _stdout, stderr) => {
      if (error) reject(new OperatorError(`initdb failed: ${stderr.trim() || error.message}`));
      else settle();
    });
  });
}

/** Nothing of ours: no secret from our environment shows in Postgres' processes, and no PG… variable of the user's changes them. */
export const postgresEnvironment = (): NodeJS.ProcessEnv => ({ PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' });

export const superuserUrl = async (files: ClusterFiles, port: number): Promise<string> =>
  `postgres://${SUPERUSER}:${await readSecretFile(files.password)}@127.0.0.1:${port}/postgres`;
