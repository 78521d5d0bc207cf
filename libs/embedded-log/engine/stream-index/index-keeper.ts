import { setImmediate as nextTurn } from 'node:timers/promises';
import { reasonOf } from '@hjemmel/host';
import { LogReadOnly } from '../contract';
import { Hasher, StreamName } from '../hash';
import { Notice } from '../options';
import { RecordView } from '../record-view';
import { Memtable } from './memtable';
import { IndexDamaged } from './table-format';
import { MergeStopped, TablePair, Tables } from './tables';

/** More memtables than this mean that the index can't be written: then no more appends are taken. */
const MAX_MEMTABLES = 8;
const RECORDS_PER_TURN = 2000;

export interface IndexSettings {
  readonly folder: string;
  readonly hashBits: number;
  readonly memtableEntries: number;
  readonly mergeFanIn: number;
  readonly onNotice: (notice: Notice) => void;
}

/** Records of the log in order of position. */
export interface RecordSource {
  records(from: number, to: number): Iterable<RecordView>;
}

/**
 * Owns what the index consists of, and keeps it in shape in the background: writes full memtables as sorted tables, merges
 * tables, makes tables anew. Look-ups see each entry in one place at any moment.
 */
export class IndexKeeper {
  readonly tables: Tables;
  /** Oldest first; the last one takes new entries. */
  readonly memtables: Memtable[];
  /** The memtable that was written last, as long as nothing newer was: it still knows the last revisions of its streams. */
  lastFlushed: Memtable | undefined;
  private durableTail = 0;
  private flushing: Promise<void> | undefined;
  private beingFlushed: Memtable | undefined;
  private reshaping: Promise<void> | undefined;
  /** After a failed write: how many memtables there must be before the next attempt. */
  private retryAt = 0;
  /** After a rewrite that failed: no further one before the next memtable is on disk. */
  private resting = false;
  private readonly damaged = new Set<string>();
  private closing = false;

  constructor(
    private readonly settings: IndexSettings,
    private readonly hasher: Hasher,
    private readonly log: RecordSource,
  ) {
    this.tables = new Tables(settings.folder, Tables.hashTag(settings.hashBits), settings.onNotice);
    this.memtables = [new Memtable(hasher, 0)];
  }

  async open(tail: number): Promise<void> {
    for (const { from, to } of this.tables.load(tail)) await this.rebuild(from, to, []);
    const from = this.tables.coveredTo;
    if (from === 0 && tail > 0) this.say('index-rebuilt', 'the index is made from the segments, from their beginning');
    this.memtables[0] = new Memtable(this.hasher, from);
    this.durableTail = tail;
    for (const record of this.log.records(from, tail)) {
      this.add(this.named(record.stream), record.revision, record.position, record.eventId);
      if (this.memtables.length > 2) await this.flush();
    }
    this.moveOn(tail);
  }

  add(stream: StreamName, revision: number, position: number, eventId: Buffer): void {
    let active = this.memtables[this.memtables.length - 1] as Memtable;
    if (active.count >= this.settings.memtableEntries) {
      active = new Memtable(this.hasher, position);
      this.memtables.push(active);
    }
    active.add(stream, revision, position, eventId);
  }

  assertKeepsUp(durableTail: number): void {
    if (this.memtables.length <= MAX_MEMTABLES || this.retryAt === 0) return;
    this.retryAt = 1;
    this.moveOn(durableTail);
    throw new LogReadOnly("the index can't be written");
  }

  freeze(tail: number): void {
    if ((this.memtables.at(-1) as Memtable).count > 0) this.memtables.push(new Memtable(this.hasher, tail));
    this.retryAt = 0;
  }

  /** Settles when tables cover everything before the position, which is on disk and where a memtable was frozen. */
  async flushThrough(position: number): Promise<void> {
    for (let covered = -1; this.tables.coveredTo < position;) {
      if (this.tables.coveredTo === covered) throw new LogReadOnly("the index can't be written");
      covered = this.tables.coveredTo;
      this.retryAt = 0;
      this.moveOn(Math.max(position, this.durableTail));
      await this.flushing;
    }
  }

  rollBack(tail: number): void {
    while (this.memtables.length > 1 && (this.memtables.at(-1) as Memtable).from >= tail) this.memtables.pop();
    const last = this.memtables.at(-1) as Memtable;
    if (last === this.beingFlushed) this.memtables.push(new Memtable(this.hasher, tail));
    else last.rollBack(tail);
  }

  moveOn(durableTail: number): void {
    this.durableTail = durableTail;
    if (this.closing) return;
    if (this.memtables.length > 1 && this.memtables.length >= this.retryAt && !this.flushing) {
      this.flushing = this.flush()
        .catch((error: unknown) => this.notFlushed(error))
        .finally(() => (this.flushing = undefined));
    }
    this.reshapeNext();
  }

  /**
   * Lets `work` rewrite segments while nothing here reads them, then makes the tables over the range that it gives anew.
   */
  async afterRewriting<T extends { readonly range: { from: number; to: number } | undefined }>(work: () => Promise<T>): Promise<T> {
    while (this.reshaping) await this.reshaping;
    let release = (): void => undefined;
    this.reshaping = new Promise((settle) => (release = settle));
    try {
      const result = await work();
      const { from, to } = result.range ?? { from: 0, to: 0 };
      for (const pair of this.tables.pairs.filter((one) => one.from < to && one.to > from)) await this.rebuild(pair.from, pair.to, [pair]);
      return result;
    } finally {
      this.reshaping = undefined;
      release();
      this.reshapeNext();
    }
  }

  heal(file: string): void {
    this.damaged.add(file);
    this.reshapeNext();
  }

  /** Settles when nothing is being written or made anew. */
  async settled(): Promise<void> {
    while (this.flushing ?? this.reshaping) await Promise.all([this.flushing, this.reshaping]);
  }

  async close(): Promise<void> {
    this.closing = true;
    await this.flushing;
    await this.reshaping;
    await this.tables.settled();
    this.tables.close();
  }

  /** Writes memtables as tables, as far as they are full and on disk. */
  private async flush(): Promise<void> {
    for (let next = this.memtables[1]; next && next.from <= this.durableTail && !this.closing; next = this.memtables[1]) {
      const oldest = this.memtables[0] as Memtable;
      this.beingFlushed = oldest;
      try {
        const pair = await this.tables.write(oldest, next.from);
        this.memtables.shift(); // in the same turn as the table takes over
        this.lastFlushed = oldest;
        await this.tables.replace([], [pair]);
      } finally {
        this.beingFlushed = undefined;
      }
      this.retryAt = 0;
      this.resting = false;
    }
  }

  private notFlushed(error: unknown): void {
    this.say('index-damaged', `the index can't be written: ${reasonOf(error)}`);
    this.retryAt = this.memtables.length + 1;
  }

  /** Begins the next change of tables that is due, if none is under way: damaged ones first, then merges. */
  private reshapeNext(): void {
    if (this.reshaping || this.closing || this.resting) return;
    for (const file of this.damaged) {
      this.damaged.delete(file);
      const pair = this.tables.pairOf(file);
      if (!pair) continue;
      void this.reshape(() => this.rebuild(pair.from, pair.to, [pair]));
      return;
    }
    const run = this.tables.mergeable(this.settings.mergeFanIn, this.settings.memtableEntries);
    if (run) void this.reshape(() => this.merge(run));
  }

  private async merge(run: readonly TablePair[]): Promise<void> {
    const pair = await this.tables.merge(run, () => this.closing);
    await this.tables.replace(run, [pair]);
  }

  /** One change of existing tables at a time. What goes wrong leaves the old tables in use. */
  private reshape(work: () => Promise<void>): Promise<void> {
    this.reshaping = work()
      .catch((error: unknown) => {
        if (error instanceof MergeStopped) return;
        this.say('index-damaged', `index tables can't be rewritten: ${reasonOf(error)}`);
        if (error instanceof IndexDamaged) this.damaged.add(error.file);
        else this.resting = true;
      })
      .finally(() => {
        this.reshaping = undefined;
        this.reshapeNext();
      });
    return this.reshaping;
  }

  private async rebuild(from: number, to: number, old: readonly TablePair[]): Promise<void> {
    const fresh: TablePair[] = [];
    let memtable = new Memtable(this.hasher, from);
    let read = 0;
    for (const record of this.log.records(from, to)) {
      if (memtable.count >= this.settings.memtableEntries) {
        fresh.push(await this.tables.write(memtable, record.position));
        memtable = new Memtable(this.hasher, record.position);
      }
      memtable.add(this.named(record.stream), record.revision, record.position, record.eventId);
      if (++read % RECORDS_PER_TURN === 0) await nextTurn();
      if (this.closing) return;
    }
    fresh.push(await this.tables.write(memtable, to));
    await this.tables.replace(old, fresh);
    this.say('index-rebuilt', `the index over positions ${from} to ${to} was made anew from the segments`);
  }

  private named(text: string): StreamName {
    const name = { text, high: 0, low: 0 };
    this.hasher.name(text, name);
    return name;
  }

  private say(kind: Notice['kind'], message: string): void {
    this.settings.onNotice({ kind, message });
  }
}
