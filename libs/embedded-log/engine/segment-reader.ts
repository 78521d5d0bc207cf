import { setImmediate as nextTurn } from 'node:timers/promises';
import { LogDamaged, Position } from './contract';
import { DurableTail } from './durable-tail';
import { layout } from './layout';
import { LogRead, Page } from './log-read';
import { RecordView } from './record-view';
import { wholeEnd } from './recovery';
import { Segments } from './segments';

const RECORDS_PER_PAGE = 4096;
const BYTES_PER_PAGE = 4 * 1024 * 1024;

/**
 * Reads the log's files beside the process that writes them, or without any: takes no lock, writes nothing, and shows only
 * what was acknowledged. For rebuilds, replays and audits, which would be bound by the network else.
 *
 * A record's fields are decoded when asked for, and its payload shares memory with the chunk it was read in.
 */
export class SegmentReader {
  private readonly segments: Segments;
  private reads: LogRead;
  private known = -1;

  /** @param folder data folder of the log */
  constructor(private readonly folder: string) {
    this.segments = new Segments(layout(folder).segments);
    this.reads = new LogRead(this.segments);
  }

  /**
   * End of the acknowledged log now. Where the file that remembers it is missing, the end of what is whole.
   * @throws LogDamaged where a segment's header is not whole or a segment is missing
   */
  tail(): Position {
    const remembered = DurableTail.read(this.folder);
    if (remembered === undefined || remembered !== this.known) this.look(remembered);
    return this.known;
  }

  /**
   * Records with position ≥ `from`, at most `limit`; `next` is where to go on.
   * @throws LogDamaged naming file and offset; what stands before it can be read with a smaller `limit`
   */
  read(from: Position, limit: number, maxBytes = BYTES_PER_PAGE): Page {
    const tail = this.tail();
    try {
      return this.reads.forwards(from, tail, limit, maxBytes);
    } catch (error) {
      if (!(error instanceof LogDamaged)) throw error;
      this.look(DurableTail.read(this.folder), true); // compaction may have put another file in the place of the one at hand
      return this.reads.forwards(from, tail, limit, maxBytes);
    }
  }

  /**
   * Pages of records from `from` to what is the end when it is reached, oldest first. For a synchronous walk.
   * A damaged record ends it with LogDamaged after everything before it was given.
   */
  *pages(from: Position = 0, limit = RECORDS_PER_PAGE): Generator<RecordView[], Position> {
    for (let next = from; ;) {
      const page = this.readSome(next, limit);
      if (page.records.length === 0) return page.next;
      yield page.records;
      next = page.next;
    }
  }

  /** The same, one record at a time, giving way to other work between pages. */
  async *records(from: Position = 0): AsyncGenerator<RecordView, Position> {
    const pages = this.pages(from);
    for (let page = pages.next(); ; page = pages.next()) {
      if (page.done) return page.value;
      yield* page.value;
      await nextTurn();
    }
  }

  close(): void {
    this.segments.close();
  }

  /** A page up to the damage, if there is any, so that what is whole is given before the error. */
  private readSome(from: Position, limit: number): Page {
    try {
      return this.read(from, limit);
    } catch (error) {
      const half = Math.floor(limit / 2);
      if (!(error instanceof LogDamaged) || half === 0) throw error;
      return this.readSome(from, half);
    }
  }

  /** Takes notice of new segments, or (after damage) of all of them anew. */
  private look(remembered: number | undefined, anew = false): void {
    // The newest segment of a mirror says in its header how far it goes.
    if (anew || this.segments.hasChanged() || this.segments.newest?.compacted) {
      this.segments.close();
      this.segments.load();
      this.reads = new LogRead(this.segments);
    }
    const { newest } = this.segments;
    this.known = remembered ?? (newest ? wholeEnd(newest) : 0);
    if (newest && !newest.compacted) newest.extendTo(Math.max(newest.base, this.known));
  }
}
