import { close, fdatasync, ftruncate, openSync, write } from 'node:fs';
import { FileHandle, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { syncFolder } from '@hjemmel/host';
import { encodeSegmentHeader, SEGMENT_HEADER_BYTES } from './format';
import { segmentName } from './segment';

const ZEROS = Buffer.alloc(1024 * 1024);
const SPARE = 'spare';
const writeAt = promisify(write);
const syncData = promisify(fdatasync);
const truncate = promisify(ftruncate);
const closeFile = promisify(close);

/** The disk did not confirm what was written: nobody can tell any more what is on it. */
export class SyncFailed extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'SyncFailed';
  }
}

function asSyncFailed(error: unknown): never {
  throw new SyncFailed(error);
}

/** The newest segment's file, open for writing at its tail. Writes go to where zeros stand already, if they were laid in time. */
export class SegmentFile {
  private laying: Promise<void> | undefined;

  private constructor(
    private readonly fd: number,
    readonly base: number,
    /** File size: a write before it changes no metadata of the file, which makes its sync cheap. */
    private allocated: number,
  ) {}

  static open(folder: string, base: number, allocated: number): SegmentFile {
    return new SegmentFile(openSync(join(folder, segmentName(base)), 'r+'), base, allocated);
  }

  /**
   * Writes the bytes at the position and waits until they are on disk.
   * @throws SyncFailed when the disk does not confirm; a system error when it can't be written (full, or failed)
   */
  async commit(bytes: Buffer, position: number): Promise<void> {
    const offset = this.offsetOf(position);
    const end = offset + bytes.length;
    // Zeros that are being laid could else land on top of the data.
    if (this.laying && end > this.allocated) await this.laying;
    await writeAll(this.fd, bytes, offset);
    if (end > this.allocated) this.allocated = end;
    await syncData(this.fd).catch(asSyncFailed);
  }

  /** Lays zeros behind the tail in the background, more the fuller the segment is, at most `most` bytes, up to file size `limit`. */
  layAhead(tail: number, most: number, limit: number): void {
    if (this.laying || this.allocated >= limit) return;
    const offset = this.offsetOf(tail);
    const step = Math.min(most, Math.max(ZEROS.length, offset));
    if (this.allocated - offset > step / 2) return;
    this.laying = this.lay(Math.min(limit, offset + step));
  }

  /** Ends the file with the last record. */
  async seal(tail: number): Promise<void> {
    await this.laying;
    await truncate(this.fd, this.offsetOf(tail));
    await syncData(this.fd);
  }

  async close(): Promise<void> {
    await this.laying;
    await closeFile(this.fd);
  }

  private offsetOf(position: number): number {
    return position - this.base + SEGMENT_HEADER_BYTES;
  }

  private async lay(to: number): Promise<void> {
    try {
      for (let at = this.allocated; at < to; at += ZEROS.length) {
        const bytes = Math.min(ZEROS.length, to - at);
        await writeAll(this.fd, ZEROS.subarray(0, bytes), at);
        this.allocated = at + bytes;
      }
    } catch {
      return; // the disk is full: the next append finds that out, where it can be told
    } finally {
      this.laying = undefined;
    }
  }
}

/** A file full of zeros that waits to become the next segment. */
export class Spare {
  private making: Promise<boolean> | undefined;

  constructor(
    private readonly folder: string,
    private readonly bytes: number,
    private readonly logId: Buffer,
  ) {}

  /** Begins to make the file in the background where there is none. */
  prepare(): void {
    this.making ??= this.make();
  }

  /**
   * Makes it the segment that begins at `base`; it is there after a crash once this settles.
   * @returns its size
   */
  async become(base: number): Promise<number> {
    const ready = (await this.making) === true;
    this.making = undefined;
    const path = join(this.folder, SPARE);
    const handle = await open(path, ready ? 'r+' : 'w');
    try {
      await writeAll(handle.fd, encodeSegmentHeader({ base, compactedEnd: undefined, dataEnd: 0, logId: this.logId }), 0);
      await handle.datasync().catch(asSyncFailed);
    } finally {
      await handle.close();
    }
    await rename(path, join(this.folder, segmentName(base)));
    await syncFolder(this.folder).catch(asSyncFailed);
    return ready ? this.bytes : SEGMENT_HEADER_BYTES;
  }

  async settled(): Promise<void> {
    await this.making;
  }

  /** False when the disk had no room: a segment then begins without zeros. */
  private async make(): Promise<boolean> {
    let handle: FileHandle | undefined;
    try {
      handle = await open(join(this.folder, SPARE), 'w');
      for (let at = 0; at < this.bytes; at += ZEROS.length)
        await writeAll(handle.fd, ZEROS.subarray(0, Math.min(ZEROS.length, this.bytes - at)), at);
      await handle.sync();
      return true;
    } catch {
      return false;
    } finally {
      await handle?.close();
    }
  }
}

/** A write may take less than all of it (a file-size limit, a disk that fills up); the rest then says why. */
async function writeAll(fd: number, bytes: Buffer, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await writeAt(fd, bytes, done, bytes.length - done, offset + done);
    done += bytesWritten;
  }
}
