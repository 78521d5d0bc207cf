import { closeSync, fdatasyncSync, ftruncateSync, openSync } from 'node:fs';
import { basename } from 'node:path';
import { LogDamaged } from './contract';
import { ALIGNMENT, Field, isWhole, plausibleLength, RECORD_HEADER_BYTES, SEGMENT_HEADER_BYTES } from './format';
import { Notice } from './options';
import { Scanner } from './scanner';
import { Segment } from './segment';

export interface RecoveredTail {
  /** Position after the last whole append. */
  readonly position: number;
  /** Number of the last batch seen; later batches must count on from it. */
  readonly batchNumber: number;
  /** File size from the segment's start on that holds zeros where it holds no records. */
  readonly allocated: number;
}

const SEARCH_CHUNK = 1024 * 1024;
const ZEROS = Buffer.alloc(64 * 1024);

/**
 * Finds where the newest segment's whole appends end, and cuts off what a torn write left behind.
 *
 * What was acknowledged is never cut: bytes before `acknowledged`, or followed by a whole record of a later batch (which
 * was written only after they were on disk), are damage.
 *
 * @param acknowledged lower bound of the acknowledged log, 0 where none is known
 * @throws LogDamaged naming file and offset
 */
export function recoverTail(segment: Segment, acknowledged: number, onNotice: (notice: Notice) => void): RecoveredTail {
  const fileEnd = segment.dataEnd;
  const scan = walk(segment);
  const position = segment.base + scan.end - SEGMENT_HEADER_BYTES;
  if (position < acknowledged) {
    const detail = `${acknowledged - position} bytes from here on were acknowledged and are not whole (${scan.fault ?? 'the file ends'})`;
    throw new LogDamaged(segment.path, scan.end, detail);
  }
  const dirty = firstNonZero(segment, scan.end, fileEnd);
  let allocated = fileEnd;
  if (dirty !== undefined) {
    const proof = findLaterRecord(segment, scan.end, fileEnd);
    if (proof !== undefined) {
      throw new LogDamaged(
        segment.path,
        scan.faultAt,
        `${scan.fault ?? 'bytes are lost'}, and acknowledged records follow at byte ${proof}`,
      );
    }
    cut(segment.path, scan.end);
    allocated = scan.end;
    const message = `a write that was never acknowledged was cut off ${basename(segment.path)} at byte ${scan.end} (position ${position}): ${scan.fault ?? 'it is not whole'}`;
    onNotice({ kind: 'torn-tail-cut', message, file: segment.path, offset: scan.end });
  }
  segment.extendTo(position);
  return { position, batchNumber: scan.batchNumber, allocated };
}

/** Position after the last whole append of a segment. */
export function wholeEnd(segment: Segment): number {
  if (segment.compacted) return segment.end;
  return segment.base + walk(segment).end - SEGMENT_HEADER_BYTES;
}

interface Walk {
  /** File offset after the last whole append. */
  readonly end: number;
  readonly batchNumber: number;
  readonly faultAt: number;
  readonly fault: string | undefined;
}

function walk(segment: Segment): Walk {
  const scanner = new Scanner(segment, SEGMENT_HEADER_BYTES);
  let end = SEGMENT_HEADER_BYTES;
  let batchNumber = 0;
  for (let record = scanner.tryNext(); record; record = scanner.tryNext()) {
    batchNumber = scanner.lastBatchNumber;
    if (record.lastOfAppend) end = scanner.offset;
  }
  const fault = scanner.offset > end ? 'an append of several records is not whole' : scanner.fault?.detail;
  return { end, batchNumber, faultAt: scanner.fault?.offset ?? scanner.offset, fault };
}

function firstNonZero(segment: Segment, from: number, to: number): number | undefined {
  const chunk = Buffer.allocUnsafe(ZEROS.length);
  for (let at = from; at < to; at += chunk.length) {
    const got = segment.readRaw(chunk, at, Math.min(chunk.length, to - at));
    if (got === 0) return undefined;
    if (chunk.compare(ZEROS, 0, got, 0, got) !== 0) return at;
  }
  return undefined;
}

/** File offset of the next whole record behind a damaged place, or undefined. */
export function nextWholeRecord(segment: Segment, damaged: number): number | undefined {
  return findLaterRecord(segment, damaged, segment.dataEnd, false);
}

/** File offset of a whole record whose batch began after `lost`, which proves that what stood at `lost` was on disk. */
function findLaterRecord(segment: Segment, lost: number, to: number, laterBatch = true): number | undefined {
  const chunk = Buffer.allocUnsafe(SEARCH_CHUNK + RECORD_HEADER_BYTES);
  for (let start = lost; start < to; start += SEARCH_CHUNK) {
    const got = segment.readRaw(chunk, start, Math.min(chunk.length, to - start));
    for (let i = 0; i < SEARCH_CHUNK && i + RECORD_HEADER_BYTES <= got; i += ALIGNMENT) {
      const position = segment.base + start + i - SEGMENT_HEADER_BYTES;
      const length = plausibleLength(chunk, i, position);
      if (length === 0 || start + i + length > to) continue;
      const batchStart = position - chunk.readUInt32LE(i + Field.batchOffset);
      if ((!laterBatch || segment.offsetOf(batchStart) > lost) && isWholeAt(segment, start + i, length)) return start + i;
    }
  }
  return undefined;
}

function isWholeAt(segment: Segment, offset: number, length: number): boolean {
  const bytes = Buffer.allocUnsafe(length);
  return segment.readRaw(bytes, offset, length) === length && isWhole(bytes, 0, length);
}

function cut(path: string, size: number): void {
  const fd = openSync(path, 'r+');
  try {
    ftruncateSync(fd, size);
    fdatasyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
