import { TOMBSTONE_REVISION } from '../engine/contract';

/** Protocol Buffers' varints, written straight into a buffer: the messages that every event passes through are laid out by hand. */

/** Bytes that the varint of a non-negative safe integer takes. */
export function varintSize(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  if (value < 0x10000000) return 4;
  let size = 5;
  for (let rest = Math.floor(value / 0x800000000); rest > 0; rest = Math.floor(rest / 0x80)) size++;
  return size;
}

/** Writes the varint at `at` and returns the offset behind it. */
export function writeVarint(into: Buffer, at: number, value: number): number {
  while (value >= 0x80) {
    into[at++] = (value % 0x80) | 0x80;
    value = value < 0x80000000 ? value >>> 7 : Math.floor(value / 0x80);
  }
  into[at++] = value;
  return at;
}

const INT64_MAX = Buffer.from('ffffffffffffffff7f', 'hex');

/** Like {@link varintSize}, but the engine's mark for a tombstone is sent as int64 max, the revision that EventStoreDB gives it. */
export function revisionSize(revision: number): number {
  return revision === TOMBSTONE_REVISION ? INT64_MAX.length : varintSize(revision);
}

export function writeRevision(into: Buffer, at: number, revision: number): number {
  if (revision !== TOMBSTONE_REVISION) return writeVarint(into, at, revision);
  return at + INT64_MAX.copy(into, at);
}
