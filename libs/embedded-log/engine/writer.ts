import { errorCode, reasonOf } from '@hjemmel/host';
import { Batch } from './batch';
import { LogReadOnly, NewRecord } from './contract';
import { DurableTail } from './durable-tail';
import { SEGMENT_HEADER_BYTES } from './format';
import { Notice } from './options';
import { RecoveredTail } from './recovery';
import { Spare, SegmentFile, SyncFailed } from './segment-file';
import { segmentName } from './segment';
import { Segments } from './segments';

const NO_ROOM: Record<string, string> = {
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file-size limit is reached',
};

export interface WriterSettings {
  readonly folder: string;
  readonly segmentBytes: number;
  readonly preallocateBytes: number;
  readonly onNotice: (notice: Notice) => void;
}

/** What the engine does when the log moves on, or back. */
export interface WriterEvents {
  /** Everything before `batch.end` is on disk. */
  committed(batch: Batch): void;
  /** Everything from `durableTail` on never happened. */
  rolledBack(durableTail: number): void;
}

/**
 * The one writer of the log: gathers appends into a batch while the batch before goes to disk (group commit), and gives out
 * positions. A failed write takes back every append that was not yet on disk.
 */
export class Writer {
  tail: number;
  durableTail: number;
  private filling: Batch | undefined;
  private readonly waiting: Batch[] = [];
  private inFlight: Batch | undefined;
  private base: number;
  private batchNumber: number;
  private running = false;
  private refusal: string | undefined;
  private full = false;
  private readonly buffers: Buffer[] = [];
  private readonly spare: Spare;
  private idle: Promise<void> = Promise.resolve();

  constructor(
    private readonly settings: WriterSettings,
    private readonly segments: Segments,
    private file: SegmentFile,
    private readonly hint: DurableTail,
    private readonly events: WriterEvents,
    recovered: RecoveredTail,
  ) {
    this.tail = this.durableTail = recovered.position;
    this.batchNumber = recovered.batchNumber;
    this.base = file.base;
    const spareBytes = SEGMENT_HEADER_BYTES + (settings.preallocateBytes > 0 ? settings.segmentBytes : 0);
    this.spare = new Spare(settings.folder, spareBytes, segments.list[0]?.logId ?? Buffer.alloc(0));
    this.allocateAhead();
  }

  /** Why no append is taken, or undefined. */
  get readOnly(): string | undefined {
    return this.refusal;
  }

  /**
   * Encodes all records behind the tail, or none.
   * @param keep whether {@link WriterEvents.committed} needs the records themselves
   * @throws LogReadOnly, RangeError (too long), or what a `payload` throws; nothing has changed then
   */
  append(records: readonly NewRecord[], keep: boolean): { readonly positions: number[]; readonly durable: Promise<void> } {
    if (this.refusal !== undefined) throw new LogReadOnly(this.refusal);
    if (records.length === 0) return { positions: [], durable: this.flushed() };
    const batch = this.batchForNext();
    const { used, count } = batch;
    const kept = batch.stored.length;
    const positions = new Array<number>(records.length);
    try {
      const last = records.length - 1;
      for (let i = 0; i <= last; i++) positions[i] = batch.add(records[i] as NewRecord, i === last, keep);
    } catch (error) {
      batch.undoTo(used, count, kept);
      throw error;
    }
    this.tail = batch.end;
    if (!this.running) this.idle = this.run();
    return { positions, durable: batch.durable };
  }

  /** Takes no more appends. */
  refuse(reason: string): void {
    if (this.refusal !== undefined) return;
    this.refusal = reason;
    this.settings.onNotice({ kind: 'read-only', message: `the log takes no more appends: ${reason}` });
  }

  /** Begins a new segment behind what was appended so far, so that all others can be rewritten. Does nothing where the newest is empty. */
  startSegment(): Promise<void> {
    if (this.refusal !== undefined) throw new LogReadOnly(this.refusal);
    if (this.tail === this.base) return this.flushed();
    this.beginBatch(true);
    if (!this.running) this.idle = this.run();
    return this.flushed();
  }

  /** Settles when everything that was appended so far is on disk. */
  flushed(): Promise<void> {
    return (this.filling ?? this.waiting.at(-1) ?? this.inFlight)?.durable ?? Promise.resolve();
  }

  /** Settles when nothing is on its way to disk. */
  async drained(): Promise<void> {
    while (this.running) await this.idle;
  }

  async close(): Promise<void> {
    this.refusal ??= 'it is being closed';
    await this.drained();
    await this.spare.settled();
    this.hint.write(this.durableTail);
    this.hint.sync();
    this.hint.close();
    await this.file.close();
  }

  private batchForNext(): Batch {
    const full = this.tail - this.base >= this.settings.segmentBytes;
    return this.filling && !full ? this.filling : this.beginBatch(full);
  }

  private beginBatch(opensSegment: boolean): Batch {
    if (this.filling) this.waiting.push(this.filling);
    if (opensSegment) this.base = this.tail;
    this.batchNumber += 1;
    this.filling = new Batch(this.buffers.pop() ?? Batch.buffer(), this.tail, this.batchNumber, opensSegment);
    return this.filling;
  }

  /** Commits batch after batch until none is left. The first turn of the event loop is given to whoever else wants to append. */
  private async run(): Promise<void> {
    this.running = true;
    try {
      for (;;) {
        await nextTurn();
        const batch = this.waiting.shift() ?? this.filling;
        if (!batch) return;
        if (batch === this.filling) this.filling = undefined;
        this.inFlight = batch;
        await this.commit(batch).then(
          () => this.publish(batch),
          (error: unknown) => this.fail(error),
        );
      }
    } finally {
      this.running = false;
    }
  }

  private async commit(batch: Batch): Promise<void> {
    if (batch.opensSegment && this.file.base !== batch.start) await this.roll(batch.start);
    if (batch.used > 0) await this.file.commit(batch.written, batch.start);
  }

  private publish(batch: Batch): void {
    this.inFlight = undefined;
    this.durableTail = batch.end;
    this.segments.newest?.extendTo(batch.end);
    this.remember(batch.end);
    if (this.full) {
      this.full = false;
      this.settings.onNotice({ kind: 'writable-again', message: 'the log takes appends again' });
    }
    batch.settle();
    this.events.committed(batch);
    const { reusable } = batch;
    if (reusable && this.buffers.length < 2) this.buffers.push(reusable);
    this.allocateAhead();
  }

  /** The batch is on disk whether or not this works; but without it the next start could take it for a torn write if it were damaged. */
  private remember(tail: number): void {
    try {
      this.hint.write(tail);
    } catch (error) {
      this.refuse(`the durable tail can't be written: ${reasonOf(error)}`);
    }
  }

  /** Makes the next segment. The one before is whole on disk; a crash at any point leaves one of the two as the newest. */
  private async roll(base: number): Promise<void> {
    const allocated = await this.spare.become(base);
    const before = this.file;
    try {
      this.file = SegmentFile.open(this.settings.folder, base, allocated);
      this.segments.add(base);
      this.base = base;
      await before.seal(base);
      await before.close();
      this.hint.sync();
    } catch (error) {
      throw new SyncFailed(error); // the new segment is there: going back to the one before would hide what it takes
    }
  }

  private allocateAhead(): void {
    const { preallocateBytes, segmentBytes } = this.settings;
    if (preallocateBytes === 0) return;
    this.file.layAhead(this.durableTail, preallocateBytes, segmentBytes + SEGMENT_HEADER_BYTES);
    if ((this.durableTail - this.file.base) * 2 >= segmentBytes) this.spare.prepare();
  }

  private fail(error: unknown): void {
    const noRoom = error instanceof SyncFailed ? undefined : NO_ROOM[errorCode(error) ?? ''];
    const reason = noRoom ?? `writing ${segmentName(this.file.base)} failed: ${reasonOf(error)}`;
    if (noRoom === undefined) this.refuse(`${reason}; it must be opened anew`);
    else if (!this.full) {
      this.full = true;
      this.settings.onNotice({ kind: 'read-only', message: `appends fail until there is room: ${reason}` });
    }
    const lost = [this.inFlight, ...this.waiting, this.filling].filter((batch) => batch !== undefined);
    this.inFlight = this.filling = undefined;
    this.waiting.length = 0;
    this.tail = this.durableTail;
    this.base = this.file.base;
    this.events.rolledBack(this.durableTail);
    for (const batch of lost) batch.reject(new LogReadOnly(reason));
  }
}

function nextTurn(): Promise<void> {
  return new Promise((settle) => setImmediate(settle));
}
