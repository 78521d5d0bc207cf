import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { LogDamaged } from './contract';
import { isWhole, plausibleLength, RECORD_HEADER_BYTES, SEGMENT_HEADER_BYTES } from './format';
import { RecordView } from './record-view';
import { Scanner } from './scanner';
import { baseOf, Directory, DIRECTORY_STEP, Segment } from './segment';

const OPEN_FILES = 64;
const DIRECTORIES = 256;
/** A record is usually shorter than this, so that one read gets all of it. */
const FIRST_READ = 4096;
const READ_AHEAD = 64 * 1024;

/** All segments of a log, oldest first: finds positions in them and reads records, each checked against its checksum. */
export class Segments {
  readonly list: Segment[] = [];
  private readonly opened = new Set<Segment>();
  private readonly withDirectory = new Set<Segment>();
  private damage: { position: number; error: LogDamaged } | undefined;

  constructor(readonly folder: string) {}

  /** @throws LogDamaged where a header is not whole or a segment is missing or short */
  load(): void {
    const bases = this.basesOnDisk();
    this.list.length = 0;
    this.damage = undefined;
    bases.forEach((base, i) => this.list.push(this.open(base, bases[i + 1])));
    const first = this.list[0];
    if (first && first.base !== 0) throw new LogDamaged(first.path, 0, 'the segments before it are missing');
    const stranger = this.list.find(({ logId }) => first && !logId.equals(first.logId));
    if (stranger) throw new LogDamaged(stranger.path, 40, 'the segment belongs to another log');
  }

  /** Whether there are other segments on disk than in the list. */
  hasChanged(): boolean {
    const bases = this.basesOnDisk();
    return bases.length !== this.list.length || bases.some((base, i) => this.list[i]?.base !== base);
  }

  add(base: number): Segment {
    const segment = this.open(base, base);
    this.list.push(segment);
    return segment;
  }

  /** Takes the file anew that compaction put in a segment's place. */
  replace(segment: Segment): void {
    const i = this.list.indexOf(segment);
    const fresh = this.open(segment.base, segment.end);
    this.list[i] = fresh;
    this.forget(segment);
  }

  get newest(): Segment | undefined {
    return this.list[this.list.length - 1];
  }

  indexAt(position: number): number {
    let low = 0;
    let high = this.list.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.list[middle]?.base ?? Infinity) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Remembers where whole data ends, so that nothing from there on is served. */
  markDamaged(error: LogDamaged, position: number): void {
    if (!this.damage || position < this.damage.position) this.damage = { position, error };
  }

  get damagedFrom(): LogDamaged | undefined {
    return this.damage?.error;
  }

  assertWhole(position: number): void {
    if (this.damage && position >= this.damage.position) throw this.damage.error;
  }

  scanner(segment: Segment, offset: number, chunkBytes?: number): Scanner {
    return new Scanner(segment, offset, chunkBytes);
  }

  /** The next record of a scan; damage found on the way is remembered. */
  advance(scanner: Scanner, segment: Segment): RecordView | undefined {
    const record = scanner.tryNext();
    if (record) {
      if (this.damage) this.assertWhole(record.position);
      return record;
    }
    if (scanner.fault) {
      const error = new LogDamaged(segment.path, scanner.fault.offset, scanner.fault.detail);
      this.markDamaged(error, this.positionNear(segment, scanner.fault.offset));
      throw error;
    }
    return undefined;
  }

  /** Greatest known beginning of a record at or before the position, inside its segment. */
  boundaryBefore(segment: Segment, position: number): { position: number; offset: number } {
    const { positions, offsets } = this.directoryOf(segment, position);
    let low = 0;
    let high = positions.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((positions[middle] ?? Infinity) <= position) low = middle;
      else high = middle - 1;
    }
    const found = positions[low];
    if (found === undefined || found > position) return { position: segment.base, offset: SEGMENT_HEADER_BYTES };
    return { position: found, offset: offsets[low] ?? SEGMENT_HEADER_BYTES };
  }

  close(): void {
    for (const segment of this.list) segment.close();
    this.opened.clear();
  }

  private basesOnDisk(): number[] {
    return readdirSync(this.folder)
      .map(baseOf)
      .filter((base) => base !== undefined)
      .sort((a, b) => a - b);
  }

  private open(base: number, end: number | undefined): Segment {
    const path = join(this.folder, `segment-${String(base).padStart(16, '0')}.log`);
    return Segment.load(path, end, (segment) => this.limit(this.opened, segment, OPEN_FILES, (oldest) => oldest.close()));
  }

  private forget(segment: Segment): void {
    segment.close();
    this.opened.delete(segment);
    this.withDirectory.delete(segment);
  }

  private limit(set: Set<Segment>, added: Segment, most: number, drop: (oldest: Segment) => void): void {
    set.add(added);
    if (set.size <= most) return;
    for (const oldest of set) {
      set.delete(oldest);
      drop(oldest);
      return;
    }
  }

  /** Walks headers from where the directory ends; the newest segment's grows with it. */
  private directoryOf(segment: Segment, upTo: number): Directory {
    const known = segment.directory;
    const directory = known ?? { positions: [], offsets: [], walkedTo: SEGMENT_HEADER_BYTES };
    if (
      directory.walkedTo < segment.dataEnd &&
      (directory.positions.length === 0 || upTo - (directory.positions.at(-1) ?? 0) >= DIRECTORY_STEP)
    ) {
      const scanner = new Scanner(segment, directory.walkedTo, 256 * 1024, false);
      let listed = directory.offsets.at(-1) ?? -DIRECTORY_STEP;
      for (
        let at = scanner.offset, record = this.advance(scanner, segment);
        record;
        at = scanner.offset, record = this.advance(scanner, segment)
      ) {
        if (at - listed < DIRECTORY_STEP) continue;
        directory.positions.push(record.position);
        directory.offsets.push(at);
        listed = at;
      }
      directory.walkedTo = scanner.offset;
    }
    if (!known) {
      segment.directory = directory;
      this.limit(this.withDirectory, segment, DIRECTORIES, (oldest) => (oldest.directory = undefined));
    }
    return directory;
  }

  positionNear(segment: Segment, offset: number): number {
    return segment.compacted ? segment.base : segment.base + offset - SEGMENT_HEADER_BYTES;
  }
}

/**
 * Reads single records by position, with a chunk of read-ahead where they lie close together. Given a scratch buffer it
 * reads into that, and a record is valid until the next is read; else records may be kept.
 */
export class RecordReader {
  private segment: Segment | undefined;
  private chunk: Buffer = Buffer.alloc(0);
  private chunkAt = 0;
  private filled = 0;
  private nextRead = FIRST_READ;
  private walker: Scanner | undefined;
  private walked: RecordView | undefined;

  constructor(
    private readonly segments: Segments,
    private readonly scratch?: Buffer,
  ) {}

  /**
   * The record at the position; undefined where compaction took it.
   * @throws LogDamaged where a record must stand and none whole does
   */
  read(position: number): RecordView | undefined {
    this.segments.assertWhole(position);
    const segment = this.segments.list[this.segments.indexAt(position)];
    if (!segment || position < segment.base || position >= segment.end) return undefined;
    if (segment.compacted) return this.readCompacted(segment, position);
    if (segment !== this.segment) this.filled = 0;
    this.segment = segment;
    const offset = segment.offsetOf(position);
    let at = this.have(offset, RECORD_HEADER_BYTES);
    const length = at < 0 ? 0 : plausibleLength(this.chunk, at, position);
    if (length > 0) at = this.have(offset, length);
    if (length > 0 && at >= 0 && isWhole(this.chunk, at, length)) return new RecordView(this.chunk, at, length, position);
    const error = new LogDamaged(segment.path, offset, length === 0 ? 'no record begins here' : 'a record does not match its checksum');
    this.segments.markDamaged(error, position);
    throw error;
  }

  /** Gaps hide where the record stands: walks to it from the nearest known beginning, or on from the last one read. */
  private readCompacted(segment: Segment, position: number): RecordView | undefined {
    const boundary = this.segments.boundaryBefore(segment, position);
    const ahead = this.walked && segment === this.segment && this.walked.position < position && this.walked.position >= boundary.position;
    if (!ahead || !this.walker) this.walker = new Scanner(segment, boundary.offset, DIRECTORY_STEP + FIRST_READ);
    if (!ahead) this.walked = undefined;
    this.segment = segment;
    this.filled = 0;
    while (!this.walked || this.walked.position < position) {
      this.walked = this.segments.advance(this.walker, segment);
      if (!this.walked) return undefined;
    }
    return this.walked.position === position ? this.walked : undefined;
  }

  /** Index in the chunk at which `needed` bytes from the file offset on stand, or -1 where the file has fewer. */
  private have(offset: number, needed: number): number {
    const at = offset - this.chunkAt;
    if (at >= 0 && at + needed <= this.filled) return at;
    const close = this.filled > 0 && at >= 0 && at <= this.filled + READ_AHEAD;
    this.nextRead = close ? Math.min(this.nextRead * 2, READ_AHEAD) : FIRST_READ;
    const segment = this.segment;
    if (!segment) return -1;
    const bytes = Math.min(Math.max(needed, this.nextRead), segment.dataEnd - offset);
    if (bytes < needed) return -1;
    const { scratch } = this;
    this.chunk = scratch && bytes <= scratch.length ? scratch.subarray(0, bytes) : Buffer.allocUnsafeSlow(bytes);
    this.chunkAt = offset;
    this.filled = segment.read(this.chunk, offset);
    return this.filled >= needed ? 0 : -1;
  }
}
