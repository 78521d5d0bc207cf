import {
  Appended,
  EventLog,
  ExpectedRevision,
  NewEvent,
  ReadOptions,
  StreamFilter,
  Subscription,
  WrongExpectedRevision,
} from '@hjemmel/event-store';
import type { Clock, DomainEvent, Recorded } from '@hjemmel/kernel';

/** Positions of a real log have gaps. */
const STEP = 100n;

export interface MemoryLog extends EventLog {
  /** All that is in it, oldest first. */
  readonly events: readonly Recorded[];
}

/** A log in memory, for specs of what only reads one: deciders run on it as on a real one. Data goes through JSON, as there. */
export function memoryLog(clock: Clock): MemoryLog {
  const events: Recorded[] = [];
  const followers = new Set<() => void>();
  const ofStream = (stream: string) => events.filter((recorded) => recorded.stream === stream);

  const append = (stream: string, added: readonly NewEvent[], expected: ExpectedRevision): Appended => {
    const revision = BigInt(ofStream(stream).length) - 1n;
    if (!isAsExpected(revision, expected)) throw new WrongExpectedRevision(stream, expected, revision < 0n ? 'no_stream' : revision);
    for (const { id, event, metadata } of added) {
      const position = BigInt(events.length + 1) * STEP;
      const whole = { event, metadata };
      const kept = JSON.parse(JSON.stringify(whole)) as typeof whole;
      events.push({ id, stream, revision: BigInt(ofStream(stream).length), position, recordedAt: clock.now(), ...kept });
    }
    for (const told of followers) told();
    return { revision: revision + BigInt(added.length), position: BigInt(events.length) * STEP };
  };

  return {
    events,
    append: async (...call) => append(...call),
    readStream: (stream, options) => read(ofStream(stream), ({ revision }) => revision, options),
    readAll: (options) => read(events, ({ position }) => position, options),
    readFiltered: (filter) => read(events.filter(matches(filter)), ({ position }) => position, {}),
    subscribeToAll: ({ from, filter }) => follow(events, followers, from, filter),
    lastPosition: async () => events.at(-1)?.position,
    close: async () => undefined,
  };
}

function isAsExpected(revision: bigint, expected: ExpectedRevision): boolean {
  if (expected === 'any') return true;
  if (expected === 'stream_exists') return revision >= 0n;
  return revision === (expected === 'no_stream' ? -1n : expected);
}

const matches =
  ({ streamPrefixes, typePrefixes }: StreamFilter) =>
  ({ stream, event }: Recorded<DomainEvent>): boolean =>
    (streamPrefixes?.some((prefix) => stream.startsWith(prefix)) ?? true) &&
    (typePrefixes?.some((prefix) => event.type.startsWith(prefix)) ?? true);

async function* read(
  events: readonly Recorded[],
  placeOf: (recorded: Recorded) => bigint,
  { from = 'start', direction = 'forwards', limit = Infinity }: ReadOptions = {},
): AsyncIterable<Recorded> {
  const backwards = direction === 'backwards';
  const inOrder = backwards ? events.toReversed() : [...events];
  const within = (recorded: Recorded): boolean =>
    typeof from === 'bigint' ? (backwards ? placeOf(recorded) <= from : placeOf(recorded) >= from) : backwards === (from === 'end');
  let left = limit;
  for (const recorded of inOrder.filter(within)) if (left-- > 0) yield recorded;
}

function follow(events: readonly Recorded[], followers: Set<() => void>, from = -1n, filter: StreamFilter = {}): Subscription {
  let wake = (): void => undefined;
  let closed = false;
  const told = (): void => wake();
  followers.add(told);
  return {
    close: async () => {
      closed = true;
      followers.delete(told);
      wake();
    },
    async *[Symbol.asyncIterator]() {
      let next = events.findIndex(({ position }) => position > from);
      if (next < 0) next = events.length;
      for (let isLive = false; !closed;) {
        for (; next < events.length; next++) if (matches(filter)(events[next]!)) yield { kind: 'event', recorded: events[next]! } as const;
        if (!isLive) yield { kind: 'caughtUp' } as const;
        isLive = true;
        if (next === events.length && !closed) await new Promise<void>((resolve) => void (wake = resolve));
      }
    },
  };
}
