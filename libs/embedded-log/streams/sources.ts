import { StoredRecord, TOMBSTONE_REVISION } from '../engine/contract';
import { EventFilter } from './filter';
import { StreamReader } from './reader';
import { SubscriptionMessage, SubscriptionSource } from './subscription';

/** A stream from a revision on. */
export function streamSource(reader: StreamReader, stream: string, firstRevision: number, resolveLinks: boolean): SubscriptionSource {
  let next = firstRevision;
  const event = (record: StoredRecord): SubscriptionMessage => {
    next = record.revision + 1;
    return { kind: 'event', resolved: reader.resolve(record, resolveLinks) };
  };
  return {
    stream,
    nextPage() {
      const state = reader.state(stream);
      if (state.kind === 'deleted') return [{ kind: 'stream-deleted' }];
      for (const page of reader.forwards(stream, next, Infinity)) return page.map(event);
      if (state.kind === 'found') next = Math.max(next, state.last + 1);
      return undefined;
    },
    live(records) {
      const messages: SubscriptionMessage[] = [];
      for (const record of records) {
        if (record.revision < next) continue;
        messages.push(event(record));
        if (record.revision === TOMBSTONE_REVISION) messages.push({ kind: 'stream-deleted' });
      }
      return messages;
    },
    caughtUp: () => [{ kind: 'caught-up' }],
  };
}

export interface AllSourceOptions {
  /** Events after this position; -1 from the start. */
  readonly after: number;
  readonly resolveLinks: boolean;
  readonly filter?: EventFilter;
  /** A checkpoint is due after so many events were considered; only where there is a filter. */
  readonly checkpointEvery: number;
}

/** `$all` from a position on, with a checkpoint now and then where a filter may pass over long stretches. */
export function allSource(reader: StreamReader, options: AllSourceOptions): SubscriptionSource {
  const { resolveLinks, filter, checkpointEvery } = options;
  let considered = options.after;
  let sinceCheckpoint = 0;
  let lastCheckpoint = -1;
  let pages = reader.allForwards(considered + 1);

  const checkpoint = (): SubscriptionMessage[] => {
    sinceCheckpoint = 0;
    if (considered < 0 || considered <= lastCheckpoint) return [];
    lastCheckpoint = considered;
    return [{ kind: 'checkpoint', position: considered }];
  };
  const consider = (records: readonly StoredRecord[]): SubscriptionMessage[] => {
    const messages: SubscriptionMessage[] = [];
    for (const record of records) {
      if (record.position <= considered) continue;
      considered = record.position;
      const resolved = reader.resolve(record, resolveLinks);
      if (!filter || filter(resolved)) messages.push({ kind: 'event', resolved });
      if (filter && ++sinceCheckpoint >= checkpointEvery) messages.push(...checkpoint());
    }
    return messages;
  };
  return {
    stream: undefined,
    nextPage() {
      const page = pages.next();
      if (!page.done) return consider(page.value);
      pages = reader.allForwards(considered + 1);
      return undefined;
    },
    live: consider,
    caughtUp: () => [...(filter ? checkpoint() : []), { kind: 'caught-up' }],
  };
}
