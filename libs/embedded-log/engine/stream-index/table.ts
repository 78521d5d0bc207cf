import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { Bloom } from './bloom';
import { PageCache, PageOwner } from './page-cache';
import {
  bytesOf,
  entriesPerPage,
  FOOTER_WORDS,
  IndexDamaged,
  KEY_WORDS,
  PAGE_BYTES,
  PAGE_CHECKSUM_WORD,
  PAGE_WORDS,
  TABLE_MAGIC,
  TABLE_VERSION,
  TableKind,
} from './table-format';

const TWO_32 = 0x1_0000_0000;
const MAX_WORD = 0xffff_ffff;
const NONE = -1;

/** A sorted table, open for reading. Fences and filter are in memory, pages come through the cache; each is checked when read. */
export class Table implements PageOwner {
  private readonly perPage: number;
  /** Where in the cache each page is, or -1. */
  private readonly slots: Int32Array;

  private constructor(
    readonly path: string,
    readonly kind: TableKind,
    private readonly fd: number,
    private readonly cache: PageCache,
    readonly entries: number,
    readonly hashes: number,
    private readonly pages: number,
    private readonly fences: Uint32Array,
    private readonly bloom: Bloom,
    readonly from: number,
    readonly to: number,
  ) {
    this.perPage = entriesPerPage(kind);
    this.slots = new Int32Array(pages).fill(NONE);
  }

  /** @throws IndexDamaged, or a system error where the file is missing */
  static open(path: string, kind: TableKind, hashTag: number, cache: PageCache): Table {
    const fd = openSync(path, 'r');
    try {
      const size = fstatSync(fd).size;
      const footerAt = size - FOOTER_WORDS * 4;
      if (footerAt < 0) throw new IndexDamaged(path, 0, 'the file is too short');
      const footer = readWords(path, fd, footerAt, FOOTER_WORDS);
      if (footer[FOOTER_WORDS - 1] !== crc32(bytesOf(footer.subarray(0, FOOTER_WORDS - 1))))
        throw new IndexDamaged(path, footerAt, 'the footer does not match its checksum');
      const [magic, version, words, tag, entries, hashes, pages, bloomBytes, fencesSum, bloomSum, fromHigh, fromLow, toHigh, toLow] = [
        ...footer,
      ] as Footer;
      if (magic !== TABLE_MAGIC || version !== TABLE_VERSION || words !== kind.words || tag !== hashTag)
        throw new IndexDamaged(path, footerAt, 'the file has another format');
      const fencesAt = pages * PAGE_BYTES;
      if (fencesAt + pages * KEY_WORDS * 4 + bloomBytes !== footerAt)
        throw new IndexDamaged(path, footerAt, 'the file has another length than it says');
      const fences = readWords(path, fd, fencesAt, pages * KEY_WORDS);
      if (crc32(bytesOf(fences)) !== fencesSum) throw new IndexDamaged(path, fencesAt, 'the page keys do not match their checksum');
      const bloom = readWords(path, fd, footerAt - bloomBytes, bloomBytes / 4);
      if (crc32(bytesOf(bloom)) !== bloomSum) throw new IndexDamaged(path, footerAt - bloomBytes, 'the filter does not match its checksum');
      const [from, to] = [fromHigh * TWO_32 + fromLow, toHigh * TWO_32 + toLow];
      return new Table(path, kind, fd, cache, entries, hashes, pages, fences, new Bloom(bloom), from, to);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  mayHave(high: number, low: number): boolean {
    return this.bloom.mayHave(high, low);
  }

  /** Number of the last entry whose first four words are at most the given ones; -1 where there is none. */
  floor(high: number, low: number, third = MAX_WORD, fourth = MAX_WORD): number {
    return this.last(high, low, third, fourth, true);
  }

  /** Number of the first entry whose first four words are at least the given ones; the number of entries where there is none. */
  ceiling(high: number, low: number, third: number, fourth: number): number {
    return this.last(high, low, third, fourth, false) + 1;
  }

  hasHash(entry: number, high: number, low: number): boolean {
    return entry >= 0 && entry < this.entries && this.word(entry, 0) === high && this.word(entry, 1) === low;
  }

  /** The number in words `w` and `w + 1` of the entry. */
  number(entry: number, w: number): number {
    return this.word(entry, w) * TWO_32 + this.word(entry, w + 1);
  }

  /** Reads and checks one page, past the cache. */
  readPage(page: number, into: Uint32Array): void {
    readFully(this.path, this.fd, page * PAGE_BYTES, bytesOf(into));
    if (into[PAGE_CHECKSUM_WORD] !== crc32(bytesOf(into.subarray(0, PAGE_CHECKSUM_WORD)))) {
      throw new IndexDamaged(this.path, page * PAGE_BYTES, 'an index page does not match its checksum');
    }
  }

  forgetPage(page: number): void {
    this.slots[page] = NONE;
  }

  get pageCount(): number {
    return this.pages;
  }

  close(): void {
    for (const slot of this.slots) if (slot !== NONE) this.cache.release(slot);
    closeSync(this.fd);
  }

  /** Index in the cache's words at which the page begins. The words may be others than before the call. */
  private cached(page: number): number {
    let slot = this.slots[page] as number;
    if (slot === NONE) {
      slot = this.cache.place();
      this.readPage(page, this.cache.wordsAt(slot));
      this.cache.own(slot, this, page);
      this.slots[page] = slot;
    } else this.cache.touch(slot);
    return slot * PAGE_WORDS;
  }

  private last(high: number, low: number, third: number, fourth: number, equal: boolean): number {
    const page = lastBefore(this.fences, 0, KEY_WORDS, this.pages, high, low, third, fourth, equal);
    if (page < 0) return -1;
    const inPage = page === this.pages - 1 ? this.entries - page * this.perPage : this.perPage;
    const start = this.cached(page);
    return page * this.perPage + lastBefore(this.cache.words, start, this.kind.words, inPage, high, low, third, fourth, equal);
  }

  /** One word of an entry. */
  word(entry: number, w: number): number {
    const page = Math.floor(entry / this.perPage);
    const start = this.cached(page);
    return this.cache.words[start + (entry - page * this.perPage) * this.kind.words + w] as number;
  }
}

type Footer = [number, number, number, number, number, number, number, number, number, number, number, number, number, number];

function readWords(path: string, fd: number, offset: number, count: number): Uint32Array {
  const words = new Uint32Array(count);
  readFully(path, fd, offset, bytesOf(words));
  return words;
}

function readFully(path: string, fd: number, offset: number, into: Buffer): void {
  for (let got = 0; got < into.length;) {
    const more = readSync(fd, into, got, into.length - got, offset + got);
    if (more === 0) throw new IndexDamaged(path, offset + got, 'the file ends early');
    got += more;
  }
}

/** Number of the last of `count` entries, `stride` words apart from index `start` on, whose first four words are less than (or equal to) the given ones; -1 if none. */
function lastBefore(
  words: Uint32Array,
  start: number,
  stride: number,
  count: number,
  a: number,
  b: number,
  c: number,
  d: number,
  equal: boolean,
): number {
  let low = -1;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isBefore(words, start + middle * stride, a, b, c, d, equal)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function isBefore(words: Uint32Array, at: number, a: number, b: number, c: number, d: number, equal: boolean): boolean {
  const first = words[at] as number;
  if (first !== a) return first < a;
  const second = words[at + 1] as number;
  if (second !== b) return second < b;
  const third = words[at + 2] as number;
  if (third !== c) return third < c;
  const fourth = words[at + 3] as number;
  return equal ? fourth <= d : fourth < d;
}
