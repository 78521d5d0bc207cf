import { FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { Bloom } from './bloom';
import {
  bytesOf,
  entriesPerPage,
  FOOTER_WORDS,
  KEY_WORDS,
  PAGE_CHECKSUM_WORD,
  PAGE_COUNT_WORD,
  PAGE_WORDS,
  TABLE_MAGIC,
  TABLE_VERSION,
  TableKind,
} from './table-format';

const PAGES_PER_WRITE = 64;
const TWO_32 = 0x1_0000_0000;

export interface TableExtent {
  readonly kind: TableKind;
  /** Upper bound of the entries that will come. */
  readonly entries: number;
  /** Upper bound of their different hashes. */
  readonly hashes: number;
  /** Positions that the table covers: from (inclusive), to (exclusive). */
  readonly from: number;
  readonly to: number;
  /** Says which hash function made the keys; a table of another is of no use. */
  readonly hashTag: number;
}

/** Writes a sorted table. Entries come in order; the file counts only once {@link finish} has settled. */
export class TableWriter {
  private readonly pages = new Uint32Array(PAGE_WORDS * PAGES_PER_WRITE);
  private readonly bloom: Bloom;
  private readonly perPage: number;
  private fences = new Uint32Array(KEY_WORDS * 256);
  private page = 0;
  private inPage = 0;
  private writtenPages = 0;
  private entries = 0;
  private hashes = 0;
  private lastHigh = -1;
  private lastLow = -1;
  private offset = 0;

  private constructor(
    private readonly file: FileHandle,
    private readonly extent: TableExtent,
  ) {
    this.bloom = Bloom.forKeys(extent.hashes);
    this.perPage = entriesPerPage(extent.kind);
  }

  static async create(path: string, extent: TableExtent): Promise<TableWriter> {
    return new TableWriter(await open(path, 'w'), extent);
  }

  /**
   * Takes the next entry from `source`, beginning at `at`.
   * @returns whether {@link flush} is due before the next one
   */
  add(source: Uint32Array, at: number): boolean {
    const { words } = this.extent.kind;
    const base = this.page * PAGE_WORDS + this.inPage * words;
    for (let w = 0; w < words; w++) this.pages[base + w] = source[at + w] as number;
    if (this.inPage === 0) this.addFence(source, at);
    const high = source[at] as number;
    const low = source[at + 1] as number;
    if (high !== this.lastHigh || low !== this.lastLow) {
      this.bloom.add(high, low);
      this.hashes += 1;
      this.lastHigh = high;
      this.lastLow = low;
    }
    this.entries += 1;
    this.inPage += 1;
    if (this.inPage === this.perPage) this.endPage();
    return this.page === PAGES_PER_WRITE;
  }

  async flush(): Promise<void> {
    const bytes = bytesOf(this.pages).subarray(0, this.page * PAGE_WORDS * 4);
    await this.file.write(bytes, 0, bytes.length, this.offset);
    this.offset += bytes.length;
    this.writtenPages += this.page;
    this.page = 0;
    this.pages.fill(0);
  }

  /** Writes what is left and waits until it is on disk. {@link close} is due all the same. */
  async finish(): Promise<{ readonly entries: number; readonly hashes: number }> {
    if (this.inPage > 0) this.endPage();
    await this.flush();
    const fences = bytesOf(this.fences.subarray(0, this.writtenPages * KEY_WORDS));
    const bloom = bytesOf(this.bloom.words);
    const footer = new Uint32Array(FOOTER_WORDS);
    const { kind, from, to, hashTag } = this.extent;
    footer.set([TABLE_MAGIC, TABLE_VERSION, kind.words, hashTag, this.entries, this.hashes, this.writtenPages]);
    footer.set([bloom.length, crc32(fences), crc32(bloom), from / TWO_32, from % TWO_32, to / TWO_32, to % TWO_32], 7);
    footer[FOOTER_WORDS - 1] = crc32(bytesOf(footer.subarray(0, FOOTER_WORDS - 1)));
    const end = Buffer.concat([fences, bloom, bytesOf(footer)]);
    await this.file.write(end, 0, end.length, this.offset);
    await this.file.sync();
    return { entries: this.entries, hashes: this.hashes };
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  private addFence(source: Uint32Array, at: number): void {
    const base = (this.writtenPages + this.page) * KEY_WORDS;
    if (base + KEY_WORDS > this.fences.length) {
      const grown = new Uint32Array(this.fences.length * 2);
      grown.set(this.fences);
      this.fences = grown;
    }
    for (let w = 0; w < KEY_WORDS; w++) this.fences[base + w] = source[at + w] as number;
  }

  private endPage(): void {
    const page = this.pages.subarray(this.page * PAGE_WORDS, (this.page + 1) * PAGE_WORDS);
    page[PAGE_COUNT_WORD] = this.inPage;
    page[PAGE_CHECKSUM_WORD] = crc32(bytesOf(page.subarray(0, PAGE_CHECKSUM_WORD)));
    this.page += 1;
    this.inPage = 0;
  }
}
