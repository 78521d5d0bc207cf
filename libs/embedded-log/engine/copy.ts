import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { FileHandle, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { OperatorError, syncFolder } from '@hjemmel/host';
import { LogDamaged } from './contract';
import { DurableTail } from './durable-tail';
import { SEGMENT_HEADER_BYTES } from './format';
import { layout } from './layout';
import { wholeEnd } from './recovery';
import { Scanner } from './scanner';
import { baseOf, Segment, segmentName } from './segment';
import { Segments } from './segments';

const CHUNK_BYTES = 1024 * 1024;
const ATTEMPTS = 5;
const RECORDS_PER_TURN = 5000;

export interface CopyReport {
  /** End of the copied log: everything acknowledged before the copy began is in it. */
  readonly tail: number;
  readonly segments: number;
  readonly copiedBytes: number;
  /** Segments that an earlier copy to the same folder had already. */
  readonly unchangedSegments: number;
}

export type CopyProgress = (doneBytes: number, totalBytes: number) => void;

/**
 * Copies the log up to its durable tail, also while another process writes it. Each copied segment is read back and
 * checked. The folder may hold an earlier backup of the same log: only what is new is copied then. The index is left out,
 * since it is derived.
 *
 * @throws LogDamaged where the log (or what was written of it) is not whole; OperatorError where the folder holds something else
 */
export async function backup(folder: string, to: string, onProgress: CopyProgress = () => undefined): Promise<CopyReport> {
  const target = layout(to).segments;
  mkdirSync(target, { recursive: true });
  for (let attempt = 1; ; attempt++) {
    try {
      return await copyAll(folder, to, onProgress);
    } catch (error) {
      // Compaction may swap a segment between the look at it and its copy; damage stays, however often one looks.
      if (!(error instanceof LogDamaged) || attempt === ATTEMPTS) throw error;
    }
  }
}

/**
 * Makes a data folder from a backup. The index is made when the log is first opened.
 * @throws OperatorError where the folder holds a log already; LogDamaged where the backup is not whole
 */
export async function restore(from: string, folder: string, onProgress: CopyProgress = () => undefined): Promise<CopyReport> {
  const target = layout(folder).segments;
  mkdirSync(target, { recursive: true });
  if (readdirSync(target).some((file) => baseOf(file) !== undefined))
    throw new OperatorError(`${folder} holds a log already: restore into an empty folder`);
  return copyAll(from, folder, onProgress);
}

async function copyAll(folder: string, to: string, onProgress: CopyProgress): Promise<CopyReport> {
  const remembered = DurableTail.read(folder);
  const source = new Segments(layout(folder).segments);
  try {
    source.load();
    const { newest } = source;
    if (!newest) throw new OperatorError(`there is no log in ${folder}`);
    const tail = remembered ?? wholeEnd(newest);
    const wanted = source.list.filter(({ base }) => base < tail || base === 0);
    const last = wanted.at(-1) as Segment;
    if (!last.compacted) last.extendTo(Math.min(last === newest ? tail : last.end, tail));
    assertSameLog(to, newest);
    const total = wanted.reduce((sum, { dataEnd }) => sum + dataEnd, 0);
    let [done, copied, unchanged] = [0, 0, 0];
    for (const segment of wanted) {
      if (isThere(to, segment, segment === last)) unchanged += 1;
      else {
        await copySegment(segment, layout(to).segments, (bytes) => onProgress(done + bytes, total));
        copied += segment.dataEnd;
      }
      done += segment.dataEnd;
      onProgress(done, total);
    }
    await syncFolder(layout(to).segments);
    remember(to, tail);
    return { tail, segments: wanted.length, copiedBytes: copied, unchangedSegments: unchanged };
  } finally {
    source.close();
  }
}

/** Sealed segments change only by compaction, which changes their size or marks them. */
function isThere(to: string, segment: Segment, isLast: boolean): boolean {
  if (isLast) return false;
  const path = join(layout(to).segments, segmentName(segment.base));
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.size !== segment.dataEnd) return false;
  return Segment.load(path, segment.end, () => undefined).compacted === segment.compacted;
}

function assertSameLog(to: string, segment: Segment): void {
  const earlier = new Segments(layout(to).segments);
  earlier.load();
  const other = earlier.list[0];
  if (other && !other.logId.equals(segment.logId)) throw new OperatorError(`${to} holds a backup of another log`);
}

async function copySegment(segment: Segment, target: string, onProgress: (bytes: number) => void): Promise<void> {
  const path = join(target, segmentName(segment.base));
  const handle = await open(`${path}.tmp`, 'w');
  try {
    const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    for (let at = 0; at < segment.dataEnd;) {
      const got = segment.read(chunk, at);
      if (got === 0) throw new LogDamaged(segment.path, at, 'the file ends early');
      await writeAll(handle, chunk.subarray(0, got), at);
      at += got;
      onProgress(at);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  await assertWhole(`${path}.tmp`, path, segment);
  await rename(`${path}.tmp`, path);
}

/** Reads the copy back; damage is told of the original, where it has to be put right. */
async function assertWhole(draft: string, path: string, original: Segment): Promise<void> {
  const copy = Segment.load(draft, original.end, () => undefined, path);
  try {
    const scanner = new Scanner(copy, SEGMENT_HEADER_BYTES);
    for (let count = 1; scanner.tryNext(); count++) if (count % RECORDS_PER_TURN === 0) await nextTurn();
    if (scanner.fault) throw new LogDamaged(original.path, scanner.fault.offset, scanner.fault.detail);
  } finally {
    copy.close();
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, offset + done);
    done += bytesWritten;
  }
}

function remember(folder: string, tail: number): void {
  const hint = DurableTail.open(folder);
  hint.write(tail);
  hint.sync();
  hint.close();
}
