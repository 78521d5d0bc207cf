import { AppendReceipt, LogEngine, NewRecord, StoredRecord, TOMBSTONE_REVISION } from './contract';
import { Batch } from './batch';
import { Lock } from '@hjemmel/host';
import { CompactionReport, compactSegments } from './compact';
import { LogIndex } from './stream-index/log-index';
import { IndexDamaged } from './stream-index/table-format';
import { RecordView } from './record-view';
import { LogRead } from './log-read';
import { RecordReader, Segments } from './segments';
import { Writer } from './writer';

const DEFAULT_BYTES = 64 * 1024 * 1024;

export type CommitListener = (records: readonly StoredRecord[]) => void;

/** See {@link LogEngine}. */
export class Engine implements LogEngine {
  private readonly listeners: CommitListener[] = [];
  private writer!: Writer;
  private closed: Promise<void> | undefined;
  private readonly reads: LogRead;

  constructor(
    readonly folder: string,
    private readonly segments: Segments,
    private readonly index: LogIndex,
    private readonly lock: Lock,
  ) {
    this.reads = new LogRead(segments);
  }

  /** Given once, right after the writer was made with {@link committed} and {@link rolledBack}. */
  use(writer: Writer): void {
    this.writer = writer;
  }

  get tail(): number {
    return this.writer.tail;
  }

  get durableTail(): number {
    return this.writer.durableTail;
  }

  get readOnly(): string | undefined {
    return this.writer.readOnly;
  }

  append(records: readonly NewRecord[]): AppendReceipt {
    const damage = this.segments.damagedFrom;
    if (damage) this.writer.refuse(damage.message);
    this.index.assertKeepsUp(this.durableTail);
    const [only] = records;
    if (only && records.length === 1) this.assertFollows(only, this.lastRevision(only.stream));
    else this.assertAscending(records);
    const receipt = this.writer.append(records, this.listeners.length > 0);
    for (let i = 0; i < records.length; i++) {
      const { stream, revision, eventId } = records[i] as NewRecord;
      this.index.add(stream, revision, receipt.positions[i] as number, eventId);
    }
    return receipt;
  }

  lastRevision(stream: string): number | undefined {
    return this.healing(() => this.index.lastRevision(stream));
  }

  findEvent(stream: string, eventId: Buffer): { readonly revision: number; readonly position: number } | undefined {
    return this.healing(() => this.index.findEvent(stream, eventId));
  }

  locate(stream: string, revision: number): { readonly position: number; readonly eventId: Buffer } | undefined {
    return this.healing(() => this.index.locate(stream, revision));
  }

  readStreamForwards(stream: string, from: number, limit: number, maxBytes = DEFAULT_BYTES): StoredRecord[] {
    const collected = new Collector(stream, limit, maxBytes, new RecordReader(this.segments), this.durableTail, true);
    if (limit > 0) this.healing(() => this.index.forward(stream, from, collected.visit));
    return collected.records;
  }

  readStreamBackwards(stream: string, from: number, limit: number, maxBytes = DEFAULT_BYTES): StoredRecord[] {
    const collected = new Collector(stream, limit, maxBytes, new RecordReader(this.segments), this.durableTail, false);
    if (limit > 0) this.healing(() => this.index.backward(stream, Math.min(from, TOMBSTONE_REVISION), collected.visit));
    return collected.records;
  }

  readAllForwards(from: number, limit: number, maxBytes = DEFAULT_BYTES): { readonly records: StoredRecord[]; readonly next: number } {
    return this.reads.forwards(from, this.durableTail, limit, maxBytes);
  }

  readAllBackwards(before: number, limit: number, maxBytes = DEFAULT_BYTES): { readonly records: StoredRecord[]; readonly next: number } {
    return this.reads.backwards(Math.min(before, this.durableTail), limit, maxBytes);
  }

  onCommitted(listener: CommitListener): () => void {
    this.listeners.push(listener);
    return () => {
      const at = this.listeners.indexOf(listener);
      if (at >= 0) this.listeners.splice(at, 1);
    };
  }

  /** Settles when the index has caught up in the background with what was appended. */
  settled(): Promise<void> {
    return this.index.settled();
  }

  /**
   * Removes records for good: rewrites every segment that holds one of them, the newest too (appends go on in a new one).
   * The positions of the others stay, and a stream's last revision is never forgotten. Crash-safe; reads and appends go on.
   *
   * @param isGone asked for each record, up to twice; what it says of one record must not change from true to false
   * @throws LogDamaged where a segment is not whole, LogReadOnly where no append is taken
   */
  async compact(isGone: (record: StoredRecord) => boolean): Promise<CompactionReport> {
    await this.writer.startSegment();
    await this.indexOnDisk();
    const isNewestOfStream = ({ stream, revision }: StoredRecord): boolean =>
      this.index.lastRevisionBefore(stream, this.durableTail) === revision;
    return this.index.afterRewriting(() => compactSegments(this.segments, { isGone, isNewestOfStream }, () => this.closed !== undefined));
  }

  close(): Promise<void> {
    this.closed ??= this.closeAll();
    return this.closed;
  }

  /** For the writer. */
  committed(batch: Batch): void {
    this.index.moveOn(batch.end);
    if (this.listeners.length === 0 || batch.count === 0) return;
    // Who began to listen while the batch was on its way gets all of it: what came before could not be read yet.
    const whole = batch.stored.length === batch.count;
    const records = whole ? batch.stored : this.reads.forwards(batch.start, batch.end, Infinity, Infinity).records;
    for (const listener of [...this.listeners]) {
      try {
        listener(records);
      } catch (error) {
        // The records are on disk whatever a listener makes of them; its mistake must not stop the writer, nor go unseen.
        setImmediate(() => {
          throw error;
        });
      }
    }
  }

  /** For the writer. */
  rolledBack(tail: number): void {
    this.index.rollBack(tail);
  }

  /** What is only in memory of the index would go on naming records that are gone. */
  private async indexOnDisk(): Promise<void> {
    const { tail } = this;
    this.index.freeze(tail);
    await this.writer.flushed();
    await this.index.flushThrough(tail);
  }

  private async closeAll(): Promise<void> {
    try {
      await this.writer.close();
    } finally {
      await this.index.close();
      this.segments.close();
      await this.lock.release();
    }
  }

  private assertAscending(records: readonly NewRecord[]): void {
    const last = new Map<string, number>();
    for (const record of records) {
      this.assertFollows(record, last.get(record.stream) ?? this.lastRevision(record.stream));
      last.set(record.stream, record.revision);
    }
  }

  private assertFollows({ stream, revision }: NewRecord, last: number | undefined): void {
    if (!(revision > (last ?? -1)) || !Number.isSafeInteger(revision))
      throw new RangeError(`revision ${revision} does not follow on ${last ?? 'none'}`);
    if (last === undefined && LONE_SURROGATE.test(stream)) throw new RangeError('a stream name must be well-formed Unicode');
  }

  /** A look-up that meets a damaged index file fails with its place; the file is made anew meanwhile. */
  private healing<T>(lookUp: () => T): T {
    try {
      return lookUp();
    } catch (error) {
      if (error instanceof IndexDamaged) this.index.heal(error.file);
      throw error;
    }
  }
}

/** Gathers a stream's records while the index is visited. */
class Collector {
  readonly records: RecordView[] = [];
  private bytes = 0;

  constructor(
    private readonly stream: string,
    private readonly limit: number,
    private readonly maxBytes: number,
    private readonly reader: RecordReader,
    private readonly durableTail: number,
    private readonly forwards: boolean,
  ) {}

  readonly visit = (position: number, revision: number): boolean => {
    if (position >= this.durableTail) return !this.forwards;
    const record = this.reader.read(position);
    if (!record || record.isStub || record.revision !== revision || record.stream !== this.stream) return true;
    this.records.push(record);
    this.bytes += record.length;
    return this.records.length < this.limit && this.bytes < this.maxBytes;
  };
}

const LONE_SURROGATE = /\p{Surrogate}/u;
