import { randomBytes } from 'node:crypto';
import { LogEngine, NewRecord, TOMBSTONE_REVISION } from '../engine/contract';
import { CommitParts, checkCommit } from './commit-check';
import { ExpectedRevision, NO_STREAM } from './expected-revision';
import { FirstWritten } from './first-written';
import { MetadataViews } from './metadata-views';
import { NOTHING_STREAM } from './nothing-stream';
import { StreamReader } from './reader';
import { systemEvent } from './system-event';
import { EventBody, storedEventEncoder } from './stored-event';
import { METADATA_TYPE, SOFT_DELETE, isMetastream, metastreamOf, originalOf, withTruncateBefore } from './stream-metadata';

/** Answer to an append, a delete or a tombstone. It may be told to the client once `durable` settles. */
export interface Written {
  readonly kind: 'written';
  /** Revision of the last event, -1 where the stream still has none. */
  readonly revision: number;
  /** Position of the last event; undefined for a repeat of an event that is hidden since. */
  readonly position: number | undefined;
  readonly durable: Promise<void>;
}

export type WriteResult =
  Written | { readonly kind: 'wrong-expected-revision'; readonly current: number } | { readonly kind: 'stream-deleted' };

const EMPTY = Buffer.alloc(0);
const TICKS_PER_MS = 10_000n;

/** Records of one append, and the metadata of streams that they set. */
interface Plan {
  readonly records: NewRecord[];
  readonly metadata: { readonly stream: string; readonly data: Buffer }[];
}

/** Decides every write at the moment it arrives, in the order of arrival, and hands it to the engine in the same turn. */
export class StreamWriter {
  private lastTicks = 0n;
  private lastDurable: Promise<void> = Promise.resolve();
  private readonly parts: CommitParts;

  constructor(
    private readonly engine: LogEngine,
    private readonly metadata: MetadataViews,
    private readonly reader: StreamReader,
  ) {
    this.parts = { engine, metadata, firstWritten: new FirstWritten(engine) };
  }

  append(stream: string, expected: ExpectedRevision, events: readonly EventBody[]): WriteResult {
    const ids = events.map(({ id }) => id);
    const decision = checkCommit(this.parts, stream, expected, ids);
    if (decision.kind === 'repeated') {
      const { lastRevision, current } = decision;
      const position = this.reader.positionOfRepeat(stream, lastRevision, current);
      return { kind: 'written', revision: lastRevision, position, durable: this.lastDurable };
    }
    if (decision.kind !== 'write') return decision;
    const { current, softDeleted } = decision;
    // A single event without a demanded revision was just looked for, and is new.
    if (events.length > 1 || expected >= NO_STREAM) this.parts.firstWritten.writing(stream, current, current + 1, events);
    const plan: Plan = { records: [], metadata: [] };
    if (events.length === 0) this.planNothing(plan);
    else this.planEvents(plan, stream, current + 1, events);
    const lastEvent = plan.records.length - 1;
    if (softDeleted) this.planRevival(plan, stream, current + 1);
    else this.planRevivalByMetadata(plan, stream, current + events.length + 1, events);
    return this.commit(plan, current + events.length, lastEvent);
  }

  /** Hides the stream until it is written again: `$tb` of int64 max in place of all its metadata. */
  softDelete(stream: string, expected: ExpectedRevision): WriteResult {
    const decision = checkCommit(this.parts, stream, expected, [randomBytes(16)]);
    if (decision.kind === 'stream-deleted' || decision.kind === 'wrong-expected-revision') return decision;
    if (decision.current === NO_STREAM) return { kind: 'wrong-expected-revision', current: NO_STREAM };
    // Where nothing can be said of the stream any more, it can't be hidden either.
    if (this.engine.lastRevision(metastreamOf(stream)) === TOMBSTONE_REVISION) return { kind: 'stream-deleted' };
    const plan: Plan = { records: [], metadata: [] };
    this.planMetadata(plan, stream, SOFT_DELETE);
    return this.commit(plan, decision.current, 0);
  }

  /** Ends the stream for good. */
  tombstone(stream: string, expected: ExpectedRevision): WriteResult {
    const decision = checkCommit(this.parts, stream, expected, [randomBytes(16)]);
    if (decision.kind === 'stream-deleted' || decision.kind === 'wrong-expected-revision') return decision;
    const plan: Plan = { records: [], metadata: [] };
    this.planEvents(plan, stream, TOMBSTONE_REVISION, [systemEvent('$streamDeleted', EMPTY, false)]);
    return this.commit(plan, TOMBSTONE_REVISION, 0);
  }

  /** Settles when everything that was taken is on disk, or has failed. */
  async idle(): Promise<void> {
    await this.lastDurable.catch(() => undefined);
  }

  private planEvents({ records, metadata }: Plan, stream: string, firstRevision: number, events: readonly EventBody[]): void {
    const createdTicks = this.nextTicks();
    const encode = storedEventEncoder(stream, createdTicks);
    let revision = firstRevision;
    for (const event of events) {
      const at = revision++;
      records.push({
        stream,
        revision: at,
        type: event.type,
        eventId: event.id,
        createdTicks,
        payload: (position) => encode(event, at, position),
      });
    }
    const last = events[events.length - 1];
    if (last && isMetastream(stream)) metadata.push({ stream: originalOf(stream), data: last.data });
  }

  /** An append without events is accepted and has a position of its own, but leaves no event. */
  private planNothing(plan: Plan): void {
    const revision = (this.engine.lastRevision(NOTHING_STREAM) ?? NO_STREAM) + 1;
    this.planEvents(plan, NOTHING_STREAM, revision, [systemEvent('', EMPTY, false)]);
  }

  private planMetadata(plan: Plan, stream: string, data: Buffer, revision?: number): void {
    const metastream = metastreamOf(stream);
    const next = revision ?? (this.engine.lastRevision(metastream) ?? NO_STREAM) + 1;
    this.planEvents(plan, metastream, next, [systemEvent(METADATA_TYPE, data, true)]);
  }

  /** Writing to a soft-deleted stream shows it again, from the first new event on. */
  private planRevival(plan: Plan, stream: string, firstVisible: number): void {
    const moved = withTruncateBefore(this.metadata.rawForWriters(stream) ?? EMPTY, firstVisible);
    if (moved) this.planMetadata(plan, stream, moved);
  }

  /** So does setting its metadata; what was set is written once more with `$tb` behind the last event. */
  private planRevivalByMetadata(plan: Plan, metastream: string, nextRevision: number, events: readonly EventBody[]): void {
    const last = events[events.length - 1];
    if (!last || !isMetastream(metastream)) return;
    const stream = originalOf(metastream);
    if (!this.metadata.isSoftDeletedForWriters(stream)) return;
    const moved = withTruncateBefore(last.data, (this.engine.lastRevision(stream) ?? NO_STREAM) + 1);
    if (moved) this.planMetadata(plan, stream, moved, nextRevision);
  }

  private commit({ records, metadata }: Plan, revision: number, lastEvent: number): Written {
    const { positions, durable } = this.engine.append(records);
    for (const { stream, data } of metadata) this.metadata.writing(stream, data, durable);
    this.lastDurable = durable;
    return { kind: 'written', revision, position: positions[lastEvent], durable };
  }

  /** The clock never runs backwards in the log, so that the age of events grows towards their beginning. */
  private nextTicks(): bigint {
    const now = BigInt(Date.now()) * TICKS_PER_MS;
    if (now > this.lastTicks) this.lastTicks = now;
    return this.lastTicks;
  }
}
