import { StoredRecord } from '../../engine/contract';
import { EventFilter, compileFilter } from '../filter';
import { StreamReader } from '../reader';
import { GroupConfig } from './config';
import { GroupMessage, idOf } from './message';

/** How far a group has read, and what it makes of the records that come. */
export interface GroupCursor {
  /** Undefined for `$all`. */
  readonly stream: string | undefined;
  /** The next records of history, at most so many; 'end' where there are no more, 'deleted' where there will never be any. */
  read(limit: number): GroupMessage[] | 'end' | 'deleted';
  /** What became durable after the end was reached. */
  live(records: readonly StoredRecord[]): GroupMessage[];
  /** Sequence and progress of the last record considered, delivered or not. */
  readonly considered: { readonly sequence: number; readonly at: number };
}

export function openCursor(reader: StreamReader, { source, settings }: GroupConfig, first: number): GroupCursor {
  const filter = source.kind === 'all' && source.filter ? compileFilter(source.filter) : undefined;
  const state = { sequence: 0, at: first - 1 };
  const place = source.kind === 'all' ? (record: StoredRecord) => record.position : (record: StoredRecord) => record.revision;
  const consider = (records: readonly StoredRecord[]): GroupMessage[] =>
    considerAll(records, state, place, reader, settings.resolveLinks, filter);
  return {
    stream: source.kind === 'all' ? undefined : source.stream,
    considered: state,
    live: consider,
    read(limit) {
      if (source.kind === 'stream' && reader.state(source.stream).kind === 'deleted') return 'deleted';
      const next = state.at + 1;
      const pages = source.kind === 'all' ? reader.allForwards(next, limit) : reader.forwards(source.stream, next, limit);
      for (const page of pages) if (page.length > 0) return consider(page);
      return 'end';
    },
  };
}

function considerAll(
  records: readonly StoredRecord[],
  state: { sequence: number; at: number },
  place: (record: StoredRecord) => number,
  reader: StreamReader,
  resolveLinks: boolean,
  filter: EventFilter | undefined,
): GroupMessage[] {
  const messages: GroupMessage[] = [];
  for (const record of records) {
    const at = place(record);
    if (at <= state.at) continue;
    const previous = state.at;
    state.at = at;
    state.sequence++;
    const resolved = reader.resolve(record, resolveLinks);
    if (filter && !filter(resolved)) continue;
    messages.push({ resolved, id: idOf(resolved), sequence: state.sequence, previous, retryCount: 0 });
  }
  return messages;
}
