import { LogDamaged } from '../contract';

/**
 * A sorted table on disk: pages of entries, then a fence (the first key) for each page, a Bloom filter over the hashes, and
 * a footer. All numbers are 32-bit words in the machine's order; a file from a machine of the other order fails the check
 * of its first word and is made anew, since tables hold nothing that the segments do not.
 */
export const TABLE_MAGIC = 0x4849_4458;
export const TABLE_VERSION = 1;
export const PAGE_BYTES = 4096;
export const PAGE_WORDS = PAGE_BYTES / 4;
/** The last two words of a page: number of entries, checksum. */
export const PAGE_COUNT_WORD = PAGE_WORDS - 2;
export const PAGE_CHECKSUM_WORD = PAGE_WORDS - 1;
/** Words that decide the order between entries of different hash and revision (or position). */
export const KEY_WORDS = 4;
export const FOOTER_WORDS = 16;

export interface TableKind {
  readonly extension: 'streams' | 'ids';
  /** Words of an entry. */
  readonly words: 4 | 6;
}

/** Hash of the stream, revision, position; each as high and low word. */
export const STREAMS: TableKind = { extension: 'streams', words: 6 };
/** Hash of stream and event id, position. */
export const IDS: TableKind = { extension: 'ids', words: 4 };

export function entriesPerPage(kind: TableKind): number {
  return Math.floor(PAGE_COUNT_WORD / kind.words);
}

/** An index file does not hold what was written. It is derived data: the segments still have everything. */
export class IndexDamaged extends LogDamaged {
  constructor(file: string, offset: number, detail: string) {
    super(file, offset, detail);
    this.name = 'IndexDamaged';
  }
}

export function bytesOf(words: Uint32Array): Buffer {
  return Buffer.from(words.buffer, words.byteOffset, words.byteLength);
}
