import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { FileHandle, link, mkdir, open, opendir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, syncFolder } from '@hjemmel/host';
import { BlobMissing, BlobStore, BlobStoreUnavailable, demandBlobId, isBlobId, StoredBlob } from './blob-store';

const OWNER_ONLY = 0o600;
const FOLDER_OF_OWNER = 0o700;
const DRAFTS = 'drafts';
const READ_BYTES = 256 * 1024;
/** Folders are named by the first two digits of an id, so that none holds more than a 256th of all. */
const SHELF = /^[0-9a-f]{2}$/;
/** What a disk says that is full, worn or read-only: a fault that somebody can mend, and no blob is half there for it. */
const OF_THE_DISK = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EMFILE', 'ENFILE', 'EACCES', 'EPERM']);

/** Blobs as files `<folder>/<first two digits>/<blobId>`, for their owner alone. Several processes may share the folder. */
export class FileBlobs implements BlobStore {
  constructor(private readonly folder: string) {}

  async put(blobId: string, ciphertext: AsyncIterable<Buffer>): Promise<'stored' | 'exists'> {
    if (await this.stat(blobId)) return 'exists';
    return ofTheDisk(async () => {
      await this.ensureFolder(this.shelfOf(blobId));
      await this.ensureFolder(join(this.folder, DRAFTS));
      const draft = join(this.folder, DRAFTS, `${blobId}.${randomBytes(6).toString('hex')}`);
      try {
        await write(draft, ciphertext);
        return await this.place(draft, blobId);
      } finally {
        await unlink(draft).catch(unlessMissing);
      }
    });
  }

  async *read(blobId: string): AsyncGenerator<Buffer, void, undefined> {
    const stream = createReadStream(this.pathOf(blobId), { highWaterMark: READ_BYTES });
    try {
      for await (const piece of stream) yield piece as Buffer;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') throw new BlobMissing(blobId);
      throw unavailableFor(error);
    } finally {
      stream.destroy();
    }
  }

  async stat(blobId: string): Promise<StoredBlob | undefined> {
    const found = await ofTheDisk(() => stat(this.pathOf(blobId)).catch(unlessMissing));
    return found && { blobId, bytes: found.size, storedAt: found.mtime };
  }

  async delete(blobId: string): Promise<boolean> {
    return ofTheDisk(async () => {
      const removed = await unlink(this.pathOf(blobId)).then(
        () => true,
        (error: unknown) => unlessMissing(error) ?? false,
      );
      if (removed) await syncFolder(this.shelfOf(blobId));
      return removed;
    });
  }

  async *list(): AsyncGenerator<StoredBlob, void, undefined> {
    for await (const shelf of namesIn(this.folder)) {
      if (!SHELF.test(shelf)) continue;
      for await (const name of namesIn(join(this.folder, shelf))) {
        const blob = isBlobId(name) && name.startsWith(shelf) ? await this.stat(name) : undefined;
        if (blob) yield blob;
      }
    }
  }

  async removeUnfinished(before: Date): Promise<number> {
    let removed = 0;
    for await (const name of namesIn(join(this.folder, DRAFTS))) {
      const draft = join(this.folder, DRAFTS, name);
      const found = await stat(draft).catch(unlessMissing);
      if (!found || found.mtime >= before) continue;
      await unlink(draft).catch(unlessMissing);
      removed++;
    }
    return removed;
  }

  /** A link never replaces, unlike a rename: of two writers at once the first one's blob stands. */
  private async place(draft: string, blobId: string): Promise<'stored' | 'exists'> {
    try {
      await link(draft, this.pathOf(blobId));
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return 'exists';
      throw error;
    }
    await syncFolder(this.shelfOf(blobId));
    return 'stored';
  }

  /** The first blob on a shelf makes it; a name is on disk only once the folder above it is. */
  private async ensureFolder(folder: string): Promise<void> {
    const made = await mkdir(folder, { recursive: true, mode: FOLDER_OF_OWNER });
    if (made !== undefined) await syncFolder(this.folder);
  }

  private shelfOf(blobId: string): string {
    return join(this.folder, demandBlobId(blobId).slice(0, 2));
  }

  private pathOf(blobId: string): string {
    return join(this.shelfOf(blobId), blobId);
  }
}

async function write(path: string, content: AsyncIterable<Buffer>): Promise<void> {
  const handle = await open(path, 'wx', OWNER_ONLY);
  try {
    for await (const piece of content) await writeAll(handle, piece);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** One write may take less than it is given. */
async function writeAll(handle: FileHandle, piece: Buffer): Promise<void> {
  for (let done = 0; done < piece.length;) done += (await handle.write(piece, done)).bytesWritten;
}

async function* namesIn(folder: string): AsyncGenerator<string, void, undefined> {
  const opened = await opendir(folder).catch(unlessMissing);
  if (!opened) return;
  for await (const { name } of opened) yield name;
}

function unlessMissing(error: unknown): undefined {
  if (errorCode(error) === 'ENOENT') return undefined;
  throw error;
}

async function ofTheDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw unavailableFor(error);
  }
}

function unavailableFor(error: unknown): unknown {
  const code = errorCode(error);
  return code !== undefined && OF_THE_DISK.has(code) ? new BlobStoreUnavailable(code, error) : error;
}
