import { StoredRecord } from '../engine/contract';

/** What a reader is shown: an event, or a link and the event behind it (absent where that is missing, hidden or deleted). */
export interface ResolvedRecord {
  readonly event?: StoredRecord;
  readonly link?: StoredRecord;
}

/** The record that stands where the reader reads: its position and revision are the reader's progress. */
export function original({ event, link }: ResolvedRecord): StoredRecord {
  const record = link ?? event;
  if (!record) throw new Error('a resolved record without event and link');
  return record;
}
