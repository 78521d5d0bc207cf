import { crc32 } from 'node:zlib';

/** The format on disk. Its description for people is docs/guides/segment-format.md; a change there is a change of version. */
export const FORMAT_VERSION = 1;
export const SEGMENT_HEADER_BYTES = 64;
export const RECORD_HEADER_BYTES = 64;
/** Records begin at multiples of it, so that a search for the next whole record after damage has few places to look at. */
export const ALIGNMENT = 8;
export const MAX_NAME_BYTES = 65_535;
/** A record's length is an unsigned 32-bit number; the limit leaves room and keeps a damaged length from asking for gigabytes. */
export const MAX_RECORD_BYTES = 256 * 1024 * 1024;

const MAGIC = Buffer.from('HJMLSEG1', 'latin1');
const TWO_32 = 0x1_0000_0000;

export const RecordKind = {
  Event: 1,
  /** What compaction leaves of a stream's newest record: name and revision, so that numbering never restarts. Not served. */
  Stub: 2,
} as const;
export type RecordKind = (typeof RecordKind)[keyof typeof RecordKind];

/** Byte offsets of the fields of a record's header. */
export const Field = {
  crc: 0,
  length: 4,
  position: 8,
  batchOffset: 16,
  batchNumberLow: 20,
  revision: 24,
  created: 32,
  eventId: 40,
  streamLength: 56,
  typeLength: 58,
  kind: 60,
  flags: 61,
  batchNumberHigh: 62,
} as const;

const LAST_OF_APPEND = 1;
const PADDING_SHIFT = 1;

export function align(bytes: number): number {
  return (bytes + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
}

export function checksum(bytes: Buffer, from: number, to: number): number {
  return crc32(bytes.subarray(from, to));
}

/** High word of a safe integer. By division and difference: `%` on numbers of this size costs ten times as much. */
export function highWord(value: number): number {
  return value < TWO_32 ? 0 : Math.floor(value / TWO_32);
}

export function writeUint53(target: Buffer, value: number, at: number): void {
  const high = highWord(value);
  target.writeUInt32LE(value - high * TWO_32, at);
  target.writeUInt32LE(high, at + 4);
}

/** NaN where the stored number is no safe integer, which compares unequal to every position. */
export function readUint53(source: Buffer, at: number): number {
  const high = source.readUInt32LE(at + 4);
  return high > 0x1fffff ? Number.NaN : high * TWO_32 + source.readUInt32LE(at);
}

export interface SegmentHeader {
  /** Position of the first byte after the header. */
  readonly base: number;
  /** Set once the segment was rewritten by compaction: it then covers the positions from `base` to here, with gaps. */
  readonly compactedEnd: number | undefined;
  /** File offset after the last record of a compacted segment; 0 in others. */
  readonly dataEnd: number;
  /** 16 random bytes that all segments of one log share. */
  readonly logId: Buffer;
}

export const LOG_ID_BYTES = 16;

export function encodeSegmentHeader(header: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES);
  MAGIC.copy(bytes, 0);
  bytes.writeUInt32LE(FORMAT_VERSION, 8);
  bytes.writeUInt32LE(header.compactedEnd === undefined ? 0 : 1, 12);
  writeUint53(bytes, header.base, 16);
  writeUint53(bytes, header.compactedEnd ?? 0, 24);
  writeUint53(bytes, header.dataEnd, 32);
  header.logId.copy(bytes, 40, 0, LOG_ID_BYTES);
  bytes.writeUInt32LE(checksum(bytes, 0, 60), 60);
  return bytes;
}

/** The reason why the bytes are no header of ours, or the header. */
export function decodeSegmentHeader(bytes: Buffer): SegmentHeader | string {
  if (bytes.length < SEGMENT_HEADER_BYTES) return 'the segment header is cut short';
  if (bytes.compare(MAGIC, 0, MAGIC.length, 0, MAGIC.length) !== 0) return 'this is no segment: its first bytes are not HJMLSEG1';
  if (bytes.readUInt32LE(60) !== checksum(bytes, 0, 60)) return 'the segment header does not match its checksum';
  const version = bytes.readUInt32LE(8);
  if (version !== FORMAT_VERSION) return `the segment has format version ${version}; this program reads version ${FORMAT_VERSION}`;
  const compacted = bytes.readUInt32LE(12) === 1;
  return {
    base: readUint53(bytes, 16),
    compactedEnd: compacted ? readUint53(bytes, 24) : undefined,
    dataEnd: readUint53(bytes, 32),
    logId: Buffer.from(bytes.subarray(40, 40 + LOG_ID_BYTES)),
  };
}

export interface RecordFields {
  readonly position: number;
  readonly batchStart: number;
  readonly batchNumber: number;
  readonly revision: number;
  readonly createdTicks: bigint;
  readonly kind: RecordKind;
  readonly lastOfAppend: boolean;
}

export function encodedLength(streamBytes: number, typeBytes: number, payloadBytes: number): number {
  return align(RECORD_HEADER_BYTES + streamBytes + typeBytes + payloadBytes);
}

/**
 * Writes the header of a record whose names, payload and event id stand in `target` already, and its checksum.
 *
 * @param length aligned length of the record
 * @param view of the same bytes as `target`; whoever seals many records in one buffer makes it once
 */
export function sealRecord(
  target: Buffer,
  at: number,
  length: number,
  streamBytes: number,
  typeBytes: number,
  payloadBytes: number,
  fields: RecordFields,
  view = viewOf(target),
): void {
  const used = RECORD_HEADER_BYTES + streamBytes + typeBytes + payloadBytes;
  for (let i = at + used; i < at + length; i++) target[i] = 0;
  const { position, batchStart, batchNumber, revision } = fields;
  view.setUint32(at + Field.length, length, true);
  setUint53(view, at + Field.position, position);
  view.setUint32(at + Field.batchOffset, position - batchStart, true);
  const high = highWord(batchNumber);
  view.setUint32(at + Field.batchNumberLow, batchNumber - high * TWO_32, true);
  view.setUint16(at + Field.batchNumberHigh, high, true);
  setUint53(view, at + Field.revision, revision);
  view.setBigInt64(at + Field.created, fields.createdTicks, true);
  view.setUint16(at + Field.streamLength, streamBytes, true);
  view.setUint16(at + Field.typeLength, typeBytes, true);
  target[at + Field.kind] = fields.kind;
  target[at + Field.flags] = (fields.lastOfAppend ? LAST_OF_APPEND : 0) | ((length - used) << PADDING_SHIFT);
  view.setUint32(at + Field.crc, checksum(target, at + Field.length, at + length), true);
}

export function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function setUint53(view: DataView, at: number, value: number): void {
  const high = highWord(value);
  view.setUint32(at, value - high * TWO_32, true);
  view.setUint32(at + 4, high, true);
}

export function isLastOfAppend(bytes: Buffer, at: number): boolean {
  return (bytes.readUInt8(at + Field.flags) & LAST_OF_APPEND) !== 0;
}

export function paddingOf(bytes: Buffer, at: number): number {
  return bytes.readUInt8(at + Field.flags) >>> PADDING_SHIFT;
}

export function batchNumberOf(bytes: Buffer, at: number): number {
  return bytes.readUInt16LE(at + Field.batchNumberHigh) * TWO_32 + bytes.readUInt32LE(at + Field.batchNumberLow);
}

/**
 * Length of the record that begins at `at` by its own account, if that account can be true: aligned, at least a header, at
 * most the limit, and the record says that it stands at `position`. 0 otherwise. Says nothing of the checksum.
 */
export function plausibleLength(bytes: Buffer, at: number, position: number): number {
  const length = bytes.readUInt32LE(at + Field.length);
  if (length < RECORD_HEADER_BYTES || length > MAX_RECORD_BYTES || (length & (ALIGNMENT - 1)) !== 0) return 0;
  return readUint53(bytes, at + Field.position) === position ? length : 0;
}

/** Whether the whole record at `at` matches its checksum and its inner lengths add up. */
export function isWhole(bytes: Buffer, at: number, length: number): boolean {
  if (bytes.readUInt32LE(at + Field.crc) !== checksum(bytes, at + Field.length, at + length)) return false;
  const names = bytes.readUInt16LE(at + Field.streamLength) + bytes.readUInt16LE(at + Field.typeLength);
  return RECORD_HEADER_BYTES + names + paddingOf(bytes, at) <= length;
}
