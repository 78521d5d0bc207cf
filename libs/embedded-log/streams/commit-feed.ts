import { LogEngine, StoredRecord } from '../engine/contract';
import { NOTHING_STREAM } from './nothing-stream';

export type CommitListener = (records: readonly StoredRecord[]) => void;

/** Hands what has become durable to those who listen to `$all` or to one stream, in order of position. */
export class CommitFeed {
  private readonly toAll = new Set<CommitListener>();
  private readonly toStream = new Map<string, Set<CommitListener>>();
  private readonly stopListening: () => void;

  constructor(engine: LogEngine) {
    this.stopListening = engine.onCommitted((records) => this.committed(records));
  }

  /** `stream` undefined stands for `$all`. Returns the way to stop it. */
  listen(stream: string | undefined, listener: CommitListener): () => void {
    if (stream === undefined) {
      this.toAll.add(listener);
      return () => this.toAll.delete(listener);
    }
    const listeners = this.toStream.get(stream) ?? new Set();
    this.toStream.set(stream, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.toStream.get(stream) === listeners) this.toStream.delete(stream);
    };
  }

  close(): void {
    this.stopListening();
  }

  private committed(records: readonly StoredRecord[]): void {
    if (this.toAll.size > 0) {
      const events = records.filter(({ stream }) => stream !== NOTHING_STREAM);
      for (const listener of this.toAll) listener(events);
    }
    if (this.toStream.size === 0) return;
    const byListened = new Map<string, StoredRecord[]>();
    for (const record of records) {
      if (!this.toStream.has(record.stream)) continue;
      const group = byListened.get(record.stream);
      if (group) group.push(record);
      else byListened.set(record.stream, [record]);
    }
    for (const [stream, group] of byListened) for (const listener of this.toStream.get(stream) ?? []) listener(group);
  }
}
