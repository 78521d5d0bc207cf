import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { errorCode, OperatorError, reasonOf } from './failure';

const OWNER_ONLY = 0o600;
const GROUP_AND_OTHERS = 0o077;

/** Makes the names in a folder durable (a rename or a new file is on disk only once its folder is). */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Writes a file that only its owner may read (mode 0600): whole or not at all, and on disk when the promise settles.
 * A reader sees the old content or the new one, never a part.
 */
export async function writeSecretFile(path: string, content: string | Buffer): Promise<void> {
  const draft = await writeDraft(path, content);
  await rename(draft, path);
  await syncFolder(dirname(path));
}

async function writeDraft(path: string, content: string | Buffer): Promise<string> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const handle = await open(draft, 'wx', OWNER_ONLY);
  try {
    await handle.chmod(OWNER_ONLY);
    await handle.writeFile(content);
    await handle.sync();
  } catch (error) {
    await handle.close();
    await unlink(draft);
    throw error;
  }
  await handle.close();
  return draft;
}

/**
 * Reads a secret as text.
 * @throws OperatorError when it is missing, or when its group or others can read it: it may have been seen.
 */
export async function readSecretFile(path: string): Promise<string> {
  try {
    const handle = await open(path, 'r');
    try {
      const { mode } = await handle.stat();
      if (process.platform !== 'win32' && (mode & GROUP_AND_OTHERS) !== 0)
        throw new OperatorError(`${path} can be read by others (mode ${(mode & 0o777).toString(8)}): make it 600, or replace the secret`);
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') throw new OperatorError(`${path} is missing`);
    if (errorCode(error) === 'EACCES') throw new OperatorError(`${path} can't be read by this user`);
    throw error;
  }
}

/** Reads the secret, or writes the one that `make` gives where there is none yet. Of several processes at once, all get the same. */
export async function secretFile(path: string, make: () => string | Promise<string>): Promise<string> {
  if (!(await exists(path))) {
    const draft = await writeDraft(path, await make());
    try {
      await link(draft, path); // unlike a rename it never replaces: whoever comes first, that secret counts
      await syncFolder(dirname(path));
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    } finally {
      await unlink(draft);
    }
  }
  return readSecretFile(path);
}

/** A password of 256 random bits that needs no escaping in a URL, a shell or SQL. */
export const newPassword = (): string => randomBytes(32).toString('base64url');

export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return false;
    throw error;
  }
}

/**
 * Makes the folder where it is missing and tries a write in it.
 * @param mode of a folder that is made here; one that exists keeps its own
 * @throws OperatorError that names the folder and why it can't be written
 */
export async function ensureWritableFolder(folder: string, mode = 0o755): Promise<void> {
  const probe = resolve(folder, `.write-test-${randomBytes(6).toString('hex')}`);
  try {
    await makeFolder(folder, mode);
    await (await open(probe, 'wx', OWNER_ONLY)).close();
    await unlink(probe);
  } catch (error) {
    throw new OperatorError(`can't write in the folder ${resolve(folder)}: ${whyNot(error)}`);
  }
}

/**
 * Makes a folder and those above it that are missing. Node's own recursive `mkdir` never returns where a file system says ENOENT for a
 * folder whose parent is there, as /proc does.
 */
async function makeFolder(folder: string, mode: number): Promise<void> {
  try {
    await mkdir(folder, { mode });
  } catch (error) {
    if (errorCode(error) === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    const parent = dirname(resolve(folder));
    if (errorCode(error) !== 'ENOENT' || (await exists(parent))) throw error;
    await makeFolder(parent, mode);
    await makeFolder(folder, mode);
  }
}

const REASONS: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the disk',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'it is a file',
  ENOENT: 'no folder can be made there',
};

const whyNot = (error: unknown): string => REASONS[errorCode(error) ?? ''] ?? reasonOf(error);

export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
