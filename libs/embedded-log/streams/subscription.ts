import { setImmediate as nextTurn } from 'node:timers/promises';
import { StoredRecord } from '../engine/contract';
import { CommitFeed } from './commit-feed';
import { ResolvedRecord } from './resolved-record';

export type SubscriptionMessage =
  | { readonly kind: 'event'; readonly resolved: ResolvedRecord }
  /** Everything up to this position was considered. */
  | { readonly kind: 'checkpoint'; readonly position: number }
  | { readonly kind: 'caught-up' }
  /** The stream was tombstoned: nothing can follow. */
  | { readonly kind: 'stream-deleted' };

/** What a subscription reads, and how far it has come. */
export interface SubscriptionSource {
  /** Undefined for `$all`. */
  readonly stream: string | undefined;
  /** The next page of history, or undefined where the source has come to the newest durable event. May be empty. */
  nextPage(): SubscriptionMessage[] | undefined;
  /** What became durable after the source had come to the end. */
  live(records: readonly StoredRecord[]): SubscriptionMessage[];
  /** What is said when the end is reached for the first time. */
  caughtUp(): SubscriptionMessage[];
}

export interface SubscriptionSink {
  readonly closed: boolean;
  /** False where the reader is slow: nothing more may be delivered until {@link writable} settles. */
  deliver(messages: readonly SubscriptionMessage[]): boolean;
  /** Settles when the reader takes more, or is gone. */
  writable(): Promise<void>;
  onClose(listener: () => void): void;
  /** Ends the subscription with what went wrong. */
  fail(error: unknown): void;
}

/**
 * History first, then what becomes durable. The two meet in one turn of the event loop: where a page comes back empty-handed, listening
 * begins before anything else can be committed, so nothing is skipped and nothing comes twice. A reader that is slow while live falls
 * back to reading history, so that what it has not taken waits in the log and not in memory.
 */
export async function runSubscription(feed: CommitFeed, source: SubscriptionSource, sink: SubscriptionSink): Promise<void> {
  let live = false;
  let wake = (): void => undefined;
  const stopListening = feed.listen(source.stream, (records) => {
    if (!live || sink.closed) return;
    try {
      live = sink.deliver(source.live(records));
    } catch (error) {
      // The commit is told to others too: what one of them can't read is no concern of theirs.
      sink.fail(error);
    }
    if (!live) wake();
  });
  sink.onClose(() => {
    live = false;
    stopListening();
    wake();
  });

  for (let first = true; !sink.closed; first = false) {
    for (let page = source.nextPage(); page; page = source.nextPage()) {
      if (!sink.deliver(page)) await sink.writable();
      else await nextTurn();
      if (sink.closed) return;
    }
    if (!first || sink.deliver(source.caughtUp())) {
      live = true;
      await new Promise<void>((resolve) => (wake = resolve));
    }
    await sink.writable();
  }
}
