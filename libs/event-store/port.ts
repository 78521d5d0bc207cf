import { DomainEvent, EventMetadata, Recorded } from '@hjemmel/kernel';

/** What the writer believes of the stream's last revision; the append fails with {@link WrongExpectedRevision} where it is wrong. */
export type ExpectedRevision = bigint | 'no_stream' | 'stream_exists' | 'any';

export interface NewEvent<E extends DomainEvent = DomainEvent> {
  /** UUID; the log recognises a repeat by it. */
  readonly id: string;
  readonly event: E;
  readonly metadata: EventMetadata;
}

export interface Appended {
  readonly revision: bigint;
  /** Commit position of the last event of the append. */
  readonly position: bigint;
}

export interface StreamFilter {
  /** Only streams (or only event types) whose name starts with one of these. */
  readonly streamPrefixes?: readonly string[];
  readonly typePrefixes?: readonly string[];
}

export interface ReadOptions {
  /** Inclusive going forwards. */
  readonly from?: bigint | 'start' | 'end';
  readonly direction?: 'forwards' | 'backwards';
  readonly limit?: number;
}

export interface Subscription<E extends DomainEvent = DomainEvent> extends AsyncIterable<SubscriptionMessage<E>> {
  close(): Promise<void>;
}

/** `checkpoint`: nothing of interest up to and including this position. `caughtUp`: what follows is live. */
export type SubscriptionMessage<E extends DomainEvent = DomainEvent> =
  | { readonly kind: 'event'; readonly recorded: Recorded<E> }
  | { readonly kind: 'checkpoint'; readonly position: bigint }
  | { readonly kind: 'caughtUp' };

/** The port to the log. System events (`$…`) are never shown. A missing or deleted stream reads as empty. */
export interface EventLog {
  append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<Appended>;
  readStream(stream: string, options?: ReadOptions): AsyncIterable<Recorded>;
  readAll(options?: ReadOptions): AsyncIterable<Recorded>;
  /** Everything that matches, oldest first, up to what is in the log when the end is reached. Filtered by the server. */
  readFiltered(filter: StreamFilter): AsyncIterable<Recorded>;
  /** Starts after `from` (exclusive), or at the beginning. Ends with an error when the connection is lost: subscribe again from the checkpoint. */
  subscribeToAll(options: { readonly from?: bigint; readonly filter?: StreamFilter }): Subscription;
  /** Commit position of the last event in the log, or undefined where it is empty. Also says whether the log can be reached. */
  lastPosition(): Promise<bigint | undefined>;
  close(): Promise<void>;
}

export class WrongExpectedRevision extends Error {
  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    readonly actual: bigint | 'no_stream',
  ) {
    super(`${stream} is at ${String(actual)}, not at ${String(expected)}`);
    this.name = 'WrongExpectedRevision';
  }
}

/** The log cannot be reached or did not answer in time: nothing is known of what was asked. */
export class LogUnavailable extends Error {
  constructor(cause: unknown) {
    super('the event log cannot be reached', { cause });
    this.name = 'LogUnavailable';
  }
}
