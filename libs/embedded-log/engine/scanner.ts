import { LogDamaged } from './contract';
import { batchNumberOf, Field, isWhole, plausibleLength, readUint53, RECORD_HEADER_BYTES } from './format';
import { RecordView } from './record-view';
import { Segment } from './segment';

export interface Fault {
  readonly offset: number;
  readonly detail: string;
}

/**
 * Walks the records of one segment in order. Each is checked: its length, the position that it states, its checksum, and
 * (where nothing was compacted away) that its batch follows on the one before. Records share the chunk they were read in;
 * chunks are never reused, so records may be kept.
 */
export class Scanner {
  fault: Fault | undefined;
  private chunk: Buffer = Buffer.alloc(0);
  private chunkAt = 0;
  private filled = 0;
  private lastPosition = -1;
  private batchStart = -1;
  private batchNumber = -1;

  constructor(
    private readonly segment: Segment,
    /** File offset at which a record begins. */
    public offset: number,
    private readonly chunkBytes = 256 * 1024,
    /** Whether payloads are checked against their checksum; a walk that only looks for beginnings can go without. */
    private readonly checksums = true,
  ) {}

  get lastBatchNumber(): number {
    return this.batchNumber;
  }

  /** The next record; undefined at the end of the segment's records and at the first byte that is not whole, told in {@link fault}. */
  tryNext(): RecordView | undefined {
    const remaining = this.segment.dataEnd - this.offset;
    if (remaining <= 0 || this.fault) return undefined;
    if (remaining < RECORD_HEADER_BYTES) return this.fail('a record is cut short');
    let at = this.offset - this.chunkAt;
    if (at < 0 || at + RECORD_HEADER_BYTES > this.filled) {
      if (!this.fill(this.chunkBytes, RECORD_HEADER_BYTES)) return this.fail('the file ends inside a record');
      at = 0;
    }
    const position = this.segment.compacted
      ? this.statedPosition(at)
      : this.segment.base + this.offset - this.segment.offsetOf(this.segment.base);
    const length = plausibleLength(this.chunk, at, position);
    if (length === 0) return this.fail('no record begins here');
    if (length > remaining) return this.fail('a record reaches past the end of the segment');
    if (at + length > this.filled) {
      if (!this.fill(Math.max(length, this.chunkBytes), length)) return this.fail('the file ends inside a record');
      at = 0;
    }
    if (this.checksums && !isWhole(this.chunk, at, length)) return this.fail('a record does not match its checksum');
    if (!this.segment.compacted && !this.follows(at, position)) return this.fail('a record belongs to another write than its neighbours');
    this.lastPosition = position;
    this.offset += length;
    return new RecordView(this.chunk, at, length, position);
  }

  /** Like {@link tryNext}, but throws LogDamaged at a fault. */
  next(): RecordView | undefined {
    const record = this.tryNext();
    if (record === undefined && this.fault) throw new LogDamaged(this.segment.path, this.fault.offset, this.fault.detail);
    return record;
  }

  private fail(detail: string): undefined {
    this.fault = { offset: this.offset, detail };
    return undefined;
  }

  private fill(bytes: number, needed: number): boolean {
    this.chunk = Buffer.allocUnsafeSlow(Math.min(bytes, this.segment.dataEnd - this.offset));
    this.chunkAt = this.offset;
    this.filled = this.segment.read(this.chunk, this.offset);
    return this.filled >= needed;
  }

  /** Compaction leaves gaps, so the record itself says where it stands; that must lie ahead and inside the segment. */
  private statedPosition(at: number): number {
    const stated = readUint53(this.chunk, at + Field.position);
    return stated > this.lastPosition && stated >= this.segment.base && stated < this.segment.end ? stated : -1;
  }

  /** A batch is written after the one before is on disk. Bytes of a failed write may lie behind it: they carry its old number. */
  private follows(at: number, position: number): boolean {
    const start = position - this.chunk.readUInt32LE(at + Field.batchOffset);
    const number = batchNumberOf(this.chunk, at);
    const first = this.batchNumber < 0;
    const same = start === this.batchStart && number === this.batchNumber;
    const later = start === position && number > this.batchNumber;
    if (!first && !same && !later) return false;
    this.batchStart = start;
    this.batchNumber = number;
    return true;
  }
}
