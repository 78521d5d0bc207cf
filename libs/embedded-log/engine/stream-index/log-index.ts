import { Hash, Hasher, StreamName } from '../hash';
import { RecordView } from '../record-view';
import { IndexKeeper, IndexSettings, RecordSource } from './index-keeper';
import { Memtable } from './memtable';
import { Table } from './table';

const CACHED_HEADS = 16_384;
const NO_REVISION = -1;
const NONE = -1;
/** Entries of a memtable's chain that are turned round at a time. */
const WINDOW = 512;
/** Stubs stand for an event that was compacted away. */
const STUB_ID = Buffer.alloc(16);
const TWO_32 = 0x1_0000_0000;

/** Called with entries of a stream in order; false ends the visit. */
export type Visit = (position: number, revision: number) => boolean;

/** What the index asks of the log, to tell apart entries with the same hash and to make itself anew. */
export interface IndexedLog extends RecordSource {
  /** The record at the position, or undefined where compaction took it. Valid until the next call. */
  read(position: number): RecordView | undefined;
}

/**
 * Finds records by stream and revision and by stream and event id: the newest in memory, all others in sorted tables on
 * disk. Entries are found by hash and confirmed by the record.
 */
export class LogIndex {
  private readonly hasher: Hasher;
  private readonly keeper: IndexKeeper;
  private readonly heads = new Map<string, number>();
  private headsOf = 0;
  private readonly name: StreamName = { text: '', high: 0, low: 0 };
  private readonly idHash: Hash = { high: 0, low: 0 };

  constructor(
    settings: IndexSettings,
    private readonly log: IndexedLog,
  ) {
    this.hasher = new Hasher(settings.hashBits);
    this.keeper = new IndexKeeper(settings, this.hasher, log);
    this.hasher.name('', this.name);
  }

  /** Loads the tables, makes anew what is missing or damaged, and reads what came after the last table from the log. */
  open(tail: number): Promise<void> {
    return this.keeper.open(tail);
  }

  /** First position that is only in memory. */
  get coveredTo(): number {
    return this.keeper.tables.coveredTo;
  }

  get tableCount(): number {
    return this.keeper.tables.pairs.length;
  }

  add(stream: string, revision: number, position: number, eventId: Buffer): void {
    this.keeper.add(this.named(stream), revision, position, eventId);
  }

  rollBack(tail: number): void {
    this.keeper.rollBack(tail);
  }

  /** @throws LogReadOnly while the index can't be written and too much of it is in memory; tries again meanwhile */
  assertKeepsUp(durableTail: number): void {
    this.keeper.assertKeepsUp(durableTail);
  }

  /** Lets the next entries go to a memtable of their own. */
  freeze(tail: number): void {
    this.keeper.freeze(tail);
  }

  /** Settles when tables cover everything before the position, which is on disk and where the memtable was frozen. */
  flushThrough(position: number): Promise<void> {
    return this.keeper.flushThrough(position);
  }

  /** Writes in the background what is full and on disk. */
  moveOn(durableTail: number): void {
    this.keeper.moveOn(durableTail);
  }

  /** Lets `work` rewrite segments, then makes the tables over the range that it gives anew. */
  afterRewriting<T extends { readonly range: { from: number; to: number } | undefined }>(work: () => Promise<T>): Promise<T> {
    return this.keeper.afterRewriting(work);
  }

  /** Makes a table anew in the background that a look-up found damaged. */
  heal(file: string): void {
    this.keeper.heal(file);
  }

  /** Settles when no work on index files is under way. */
  settled(): Promise<void> {
    return this.keeper.settled();
  }

  close(): Promise<void> {
    return this.keeper.close();
  }

  lastRevision(stream: string): number | undefined {
    const { memtables } = this.keeper;
    const name = this.named(stream);
    for (let i = memtables.length - 1; i >= 0; i--) {
      const memtable = memtables[i] as Memtable;
      const entry = memtable.newest(name);
      if (entry >= 0) return memtable.revisions[entry];
    }
    const flushed = this.keeper.lastFlushed;
    const recent = flushed?.newest(name) ?? NONE;
    if (flushed && recent >= 0) return flushed.revisions[recent];
    const found = this.lastRevisionInTables(stream);
    return found === NO_REVISION ? undefined : found;
  }

  /** Visits entries of the stream with revision ≥ `from`, oldest first. Those from tables may belong to another stream of the same hash. */
  forward(stream: string, from: number, visit: Visit): void {
    const name = this.named(stream);
    const { high, low } = name;
    for (const { streams } of this.keeper.tables.pairs) {
      if (!streams.mayHave(high, low)) continue;
      let entry = streams.ceiling(high, low, Math.floor(from / TWO_32), from % TWO_32);
      for (; streams.hasHash(entry, high, low); entry++) if (!visitEntry(streams, entry, visit)) return;
    }
    for (const memtable of this.keeper.memtables) if (!forwardInMemory(memtable, name, from, visit)) return;
  }

  /** Visits entries of the stream with revision ≤ `from`, newest first; the same holds for those from tables. */
  backward(stream: string, from: number, visit: Visit): void {
    const name = this.named(stream);
    const { high, low } = name;
    for (let i = this.keeper.memtables.length - 1; i >= 0; i--) {
      const memtable = this.keeper.memtables[i] as Memtable;
      for (let entry = memtable.atMost(name, from); entry >= 0; entry = memtable.before(entry)) {
        if (!visit(memtable.positions[entry] as number, memtable.revisions[entry] as number)) return;
      }
    }
    for (let i = this.keeper.tables.pairs.length - 1; i >= 0; i--) {
      const streams = this.keeper.tables.pairs[i]?.streams as Table;
      if (!streams.mayHave(high, low)) continue;
      let entry = streams.floor(high, low, Math.floor(from / TWO_32), from % TWO_32);
      for (; streams.hasHash(entry, high, low); entry--) if (!visitEntry(streams, entry, visit)) return;
    }
  }

  findEvent(stream: string, eventId: Buffer): { revision: number; position: number } | undefined {
    const name = this.named(stream);
    for (let i = this.keeper.memtables.length - 1; i >= 0; i--) {
      const memtable = this.keeper.memtables[i] as Memtable;
      const entry = memtable.findEvent(name, eventId);
      if (entry >= 0) return { revision: memtable.revisions[entry] as number, position: memtable.positions[entry] as number };
    }
    if (this.keeper.tables.pairs.length === 0) return undefined;
    this.hasher.eventId(name, eventId, this.idHash);
    const { high, low } = this.idHash;
    for (let i = this.keeper.tables.pairs.length - 1; i >= 0; i--) {
      const ids = this.keeper.tables.pairs[i]?.ids as Table;
      if (!ids.mayHave(high, low)) continue;
      for (let entry = ids.floor(high, low); ids.hasHash(entry, high, low); entry--) {
        const record = this.log.read(ids.number(entry, 2));
        if (record && !record.isStub && record.stream === stream && record.eventId.equals(eventId)) {
          return { revision: record.revision, position: record.position };
        }
      }
    }
    return undefined;
  }

  locate(stream: string, revision: number): { position: number; eventId: Buffer } | undefined {
    for (let i = this.keeper.memtables.length - 1; i >= 0; i--) {
      const memtable = this.keeper.memtables[i] as Memtable;
      const entry = memtable.atMost(this.named(stream), revision);
      if (entry < 0) continue;
      const eventId = memtable.eventId(entry);
      if (memtable.revisions[entry] !== revision || eventId.equals(STUB_ID)) return undefined;
      return { position: memtable.positions[entry] as number, eventId };
    }
    return this.locateInTables(this.named(stream), revision);
  }

  /** Greatest revision of the stream among the records before the position; undefined where there is none. */
  lastRevisionBefore(stream: string, end: number): number | undefined {
    let found: number | undefined;
    this.backward(stream, Number.MAX_SAFE_INTEGER, (position, revision) => {
      if (position >= end) return true;
      const record = this.log.read(position);
      if (record?.stream !== stream || record.revision !== revision) return true;
      found = revision;
      return false;
    });
    return found;
  }

  /** The name with its hash. A question about a stream is mostly followed by another or by a write to it. */
  private named(stream: string): StreamName {
    if (stream !== this.name.text) {
      this.hasher.name(stream, this.name);
      this.name.text = stream;
    }
    return this.name;
  }

  private locateInTables({ text, high, low }: StreamName, revision: number): { position: number; eventId: Buffer } | undefined {
    const [third, fourth] = [Math.floor(revision / TWO_32), revision % TWO_32];
    for (let i = this.keeper.tables.pairs.length - 1; i >= 0; i--) {
      const streams = this.keeper.tables.pairs[i]?.streams as Table;
      if (!streams.mayHave(high, low)) continue;
      // Streams of the same hash may have the same revision too.
      for (let entry = streams.floor(high, low, third, fourth); streams.hasHash(entry, high, low); entry--) {
        if (streams.number(entry, 2) !== revision) break;
        const record = this.log.read(streams.number(entry, 4));
        if (record && !record.isStub && record.stream === text && record.revision === revision) {
          return { position: record.position, eventId: Buffer.from(record.eventId) };
        }
      }
    }
    return undefined;
  }

  /** Remembers what it found until tables change, for that is when what memtables hold may become older than what is remembered. */
  private lastRevisionInTables(stream: string): number {
    const { changes } = this.keeper.tables;
    if (this.headsOf !== changes || this.heads.size >= CACHED_HEADS) {
      this.heads.clear();
      this.headsOf = changes;
    }
    const known = this.heads.get(stream);
    if (known !== undefined) return known;
    const found = this.lastRevisionBefore(stream, Infinity) ?? NO_REVISION;
    this.heads.set(stream, found);
    return found;
  }
}

function visitEntry(streams: Table, entry: number, visit: Visit): boolean {
  return visit(streams.number(entry, 4), streams.number(entry, 2));
}

function forwardInMemory(memtable: Memtable, stream: StreamName, from: number, visit: Visit): boolean {
  const entries: number[] = [];
  for (let next = from; ;) {
    const first = memtable.atLeast(stream, next);
    if (first < 0) return true;
    const last = memtable.atMost(stream, (memtable.revisions[first] as number) + WINDOW);
    entries.length = 0;
    for (let entry = last; entry > first; entry = memtable.before(entry)) entries.push(entry);
    entries.push(first);
    for (let i = entries.length - 1; i >= 0; i--) {
      const entry = entries[i] as number;
      if (!visit(memtable.positions[entry] as number, memtable.revisions[entry] as number)) return false;
    }
    next = (memtable.revisions[last] as number) + 1;
  }
}
