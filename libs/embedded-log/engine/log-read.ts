import { SEGMENT_HEADER_BYTES } from './format';
import { RecordView } from './record-view';
import { Segment } from './segment';
import { Segments } from './segments';

const SMALL_CHUNK = 16 * 1024;
const LARGE_CHUNK = 256 * 1024;
const USUAL_RECORD = 512;
const KNOWN_BEGINNINGS = 1024;

export interface Page {
  readonly records: RecordView[];
  readonly next: number;
}

/** Reads the log by position, across segments. */
export class LogRead {
  /** Positions that this object gave out as `next`: a record begins there, which else takes a walk to find out. */
  private readonly beginnings = new Set<number>();

  constructor(private readonly segments: Segments) {}

  forwards(from: number, tail: number, limit: number, maxBytes: number): Page {
    const records: RecordView[] = [];
    let next = Math.max(0, from);
    if (limit <= 0) return { records, next };
    let bytes = 0;
    const chunk = chunkFor(limit, maxBytes);
    for (let i = this.segments.indexAt(next); i < this.segments.list.length && next < tail; i++) {
      const segment = this.segments.list[i] as Segment;
      const scanner = this.segments.scanner(segment, this.beginningAt(segment, next), chunk);
      for (let record = this.segments.advance(scanner, segment); record; record = this.segments.advance(scanner, segment)) {
        if (record.position < next || record.isStub) continue;
        if (record.position >= tail) return { records, next };
        records.push(record);
        bytes += record.length;
        // A mirror's positions are another server's, and may lie closer together than our records are long.
        next = segment.compacted ? record.position + 1 : record.end;
        if (records.length >= limit || bytes >= maxBytes) return { records, next: this.remember(next) };
      }
      next = Math.max(next, segment.end);
    }
    return { records, next: from > tail ? from : this.remember(next) };
  }

  /** Every record from `from` (where one must begin, or nothing stand) to `to`, stubs too. */
  *everything(from: number, to: number): Generator<RecordView> {
    for (let i = this.segments.indexAt(from); i < this.segments.list.length; i++) {
      const segment = this.segments.list[i] as Segment;
      if (segment.base >= to) return;
      const scanner = this.segments.scanner(segment, this.beginningAt(segment, from));
      for (let record = this.segments.advance(scanner, segment); record; record = this.segments.advance(scanner, segment)) {
        if (record.position >= to) return;
        if (record.position >= from) yield record;
      }
    }
  }

  backwards(before: number, limit: number, maxBytes: number): Page {
    const records: RecordView[] = [];
    let next = before;
    let bytes = 0;
    if (limit <= 0) return { records, next };
    while (next > 0) {
      const segment = this.segments.list[this.segments.indexAt(next - 1)];
      if (!segment) break;
      const start = this.segments.boundaryBefore(segment, next - 1);
      const block = this.blockOf(segment, start.offset, next);
      for (let i = block.length - 1; i >= 0; i--) {
        const record = block[i] as RecordView;
        if (record.isStub) continue;
        records.push(record);
        bytes += record.length;
        next = record.position;
        if (records.length >= limit || bytes >= maxBytes) return { records, next };
      }
      next = start.position;
    }
    return { records, next: 0 };
  }

  private blockOf(segment: Segment, offset: number, before: number): RecordView[] {
    const block: RecordView[] = [];
    const scanner = this.segments.scanner(segment, offset, SMALL_CHUNK * 2);
    for (
      let record = this.segments.advance(scanner, segment);
      record && record.position < before;
      record = this.segments.advance(scanner, segment)
    ) {
      block.push(record);
    }
    return block;
  }

  private beginningAt(segment: Segment, position: number): number {
    if (position <= segment.base) return SEGMENT_HEADER_BYTES;
    if (!segment.compacted && this.beginnings.has(position)) return segment.offsetOf(position);
    return this.segments.boundaryBefore(segment, position).offset;
  }

  private remember(next: number): number {
    if (this.beginnings.size >= KNOWN_BEGINNINGS) this.beginnings.clear();
    this.beginnings.add(next);
    return next;
  }
}

function chunkFor(limit: number, maxBytes: number): number {
  return Math.min(LARGE_CHUNK, Math.max(SMALL_CHUNK, Math.min(maxBytes, limit * USUAL_RECORD)));
}
