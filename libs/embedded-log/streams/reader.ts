import { LogEngine, StoredRecord, TOMBSTONE_REVISION } from '../engine/contract';
import { LINK_TYPE, NEWEST, parseLink } from './links';
import { MetadataViews } from './metadata-views';
import { ResolvedRecord } from './resolved-record';
import { StreamMetadata, isMetastream, originalOf } from './stream-metadata';
import { readStoredEvent } from './stored-event';
import { NOTHING_STREAM } from './nothing-stream';

export type StreamState = { readonly kind: 'found'; readonly last: number } | { readonly kind: 'not-found' } | { readonly kind: 'deleted' };

/** How much one step of a read takes from the engine: enough to be quick, little enough to keep the event loop turning. */
const PAGE_RECORDS = 512;
const PAGE_BYTES = 128 * 1024;
const TICKS_PER_MS = 10_000n;

/** Reads durable events as EventStoreDB shows them: through the metadata of their streams, links resolved where asked for. */
export class StreamReader {
  constructor(
    private readonly engine: LogEngine,
    private readonly metadata: MetadataViews,
  ) {}

  /** `last` is the newest durable revision, whether or not it is hidden. The metadata of a tombstoned stream is as gone as the stream. */
  state(stream: string): StreamState {
    if (isMetastream(stream) && this.durableLast(originalOf(stream)) === TOMBSTONE_REVISION) return { kind: 'deleted' };
    const last = this.durableLast(stream);
    if (last === TOMBSTONE_REVISION) return { kind: 'deleted' };
    if (last === undefined || this.metadata.forReaders(stream).softDeleted) return { kind: 'not-found' };
    return { kind: 'found', last };
  }

  /** The revision that the next event of the stream will have, whatever of it is hidden. */
  nextRevision(stream: string): number {
    return (this.durableLast(stream) ?? -1) + 1;
  }

  /** The first revision that the stream's metadata lets be seen, ages aside. */
  firstVisible(stream: string): number {
    return this.leastVisible(stream, this.nextRevision(stream) - 1).revision;
  }

  /** Pages of the visible events from a revision on, oldest first, until the newest. */
  *forwards(stream: string, from: number, count: number): Generator<StoredRecord[]> {
    let next = from;
    let left = count;
    while (left > 0) {
      const page = this.forwardsPage(stream, next, Math.min(left, PAGE_RECORDS));
      const newest = page[page.length - 1];
      if (!newest) return;
      yield page;
      next = newest.revision + 1;
      left -= page.length;
    }
  }

  /** Pages of the visible events up to a revision, newest first. */
  *backwards(stream: string, from: number, count: number): Generator<StoredRecord[]> {
    let next = from;
    let left = count;
    while (left > 0 && next >= 0) {
      const last = this.durableLast(stream);
      if (last === undefined || last === TOMBSTONE_REVISION) return;
      const least = this.leastVisible(stream, last);
      const start = Math.min(next, last);
      if (start < least.revision) return;
      const read = this.engine.readStreamBackwards(stream, start, Math.min(left, PAGE_RECORDS), PAGE_BYTES);
      const page = read.filter(({ revision, createdTicks }) => revision >= least.revision && createdTicks >= least.ticks);
      if (page.length > 0) yield page;
      const oldest = read[read.length - 1];
      if (!oldest || page.length < read.length) return;
      next = oldest.revision - 1;
      left -= page.length;
    }
  }

  /** Pages of `$all` from a position on, oldest first, until the end. A page may be empty where positions were compacted away. */
  *allForwards(from: number, pageRecords = PAGE_RECORDS): Generator<StoredRecord[]> {
    let next = from;
    while (next < this.engine.durableTail) {
      const page = this.engine.readAllForwards(next, pageRecords, PAGE_BYTES);
      if (page.next <= next) return;
      next = page.next;
      yield page.records.filter(isEvent);
    }
  }

  /** Pages of `$all` before a position, newest first. */
  *allBackwards(before: number): Generator<StoredRecord[]> {
    let next = before;
    while (next > 0) {
      const page = this.engine.readAllBackwards(next, PAGE_RECORDS, PAGE_BYTES);
      if (page.next >= next) return;
      next = page.next;
      yield page.records.filter(isEvent);
    }
  }

  /** Where `$all` ends: the position that the next event will have, or a later one. */
  get end(): number {
    return this.engine.durableTail;
  }

  /** The newest durable event of `$all`. */
  newestOfAll(): StoredRecord | undefined {
    for (const page of this.allBackwards(this.engine.durableTail)) if (page[0]) return page[0];
    return undefined;
  }

  resolve(record: StoredRecord, resolveLinks: boolean): ResolvedRecord {
    if (!resolveLinks || record.type !== LINK_TYPE) return { event: record };
    const target = parseLink(readStoredEvent(record.payload).data);
    if (!target) return { event: record };
    const event = this.readEvent(target.stream, target.revision);
    return event ? { event, link: record } : { link: record };
  }

  /** One visible event; undefined where the stream or the event is missing, hidden or deleted. */
  readEvent(stream: string, revision: number): StoredRecord | undefined {
    const state = this.state(stream);
    if (state.kind !== 'found') return undefined;
    const wanted = revision === NEWEST ? state.last : revision;
    const least = this.leastVisible(stream, state.last);
    if (wanted > state.last || wanted < least.revision) return undefined;
    const [record] = this.engine.readStreamForwards(stream, wanted, 1);
    return record?.revision === wanted && record.createdTicks >= least.ticks ? record : undefined;
  }

  /** Position of an event that is appended once more; undefined where readers no longer see it. */
  positionOfRepeat(stream: string, revision: number, current: number): number | undefined {
    const located = this.engine.locate(stream, revision);
    if (!located) return undefined;
    if (located.position < this.engine.durableTail) return this.readEvent(stream, revision)?.position;
    const { softDeleted } = this.metadata.forReaders(stream);
    return softDeleted || revision < this.leastVisible(stream, current).revision ? undefined : located.position;
  }

  private forwardsPage(stream: string, from: number, limit: number): StoredRecord[] {
    const last = this.durableLast(stream);
    if (last === undefined || last === TOMBSTONE_REVISION) return [];
    const least = this.leastVisible(stream, last);
    const start = Math.max(from, least.revision);
    if (start > last) return [];
    const page = this.engine.readStreamForwards(stream, start, limit, PAGE_BYTES);
    if (!page[0] || page[0].createdTicks >= least.ticks) return page;
    const fresh = this.firstSince(stream, least.ticks, page[0].revision + 1, last);
    return fresh > last ? [] : this.engine.readStreamForwards(stream, fresh, limit, PAGE_BYTES);
  }

  /** The events of a stream grow no older towards its end: the first that is young enough is found by halving. */
  private firstSince(stream: string, ticks: bigint, from: number, last: number): number {
    let low = from;
    let high = last + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const [record] = this.engine.readStreamForwards(stream, middle, 1);
      if (record && record.createdTicks < ticks) low = record.revision + 1;
      else high = middle;
    }
    return low;
  }

  private leastVisible(stream: string, last: number): { readonly revision: number; readonly ticks: bigint } {
    const { maxCount, maxAge, truncateBefore = 0 }: StreamMetadata = this.metadata.forReaders(stream);
    const revision = maxCount === undefined ? truncateBefore : Math.max(truncateBefore, last - maxCount + 1);
    const ticks = maxAge === undefined ? 0n : (BigInt(Date.now()) - BigInt(maxAge) * 1000n) * TICKS_PER_MS;
    return { revision, ticks };
  }

  private durableLast(stream: string): number | undefined {
    const last = this.engine.lastRevision(stream);
    if (last === undefined || this.engine.tail === this.engine.durableTail) return last;
    const located = this.engine.locate(stream, last);
    if (!located || located.position < this.engine.durableTail) return last;
    const before = last === TOMBSTONE_REVISION ? TOMBSTONE_REVISION - 1 : last;
    return this.engine.readStreamBackwards(stream, before, 1)[0]?.revision;
  }
}

const isEvent = ({ stream }: StoredRecord): boolean => stream !== NOTHING_STREAM;
