import {
  BACKWARDS,
  END,
  ErrorType,
  EventStoreDBClient,
  FORWARDS,
  START,
  eventTypeFilter,
  excludeSystemEvents,
  isCommandError,
  jsonEvent,
  streamNameFilter,
} from '@eventstore/db-client';
import type { Filter, JSONType, RecordedEvent, ResolvedEvent } from '@eventstore/db-client';
import { EventMetadata, Recorded } from '@hjemmel/kernel';
import {
  Appended,
  EventLog,
  ExpectedRevision,
  LogUnavailable,
  NewEvent,
  ReadOptions,
  StreamFilter,
  Subscription,
  WrongExpectedRevision,
} from './port';
import { clientSubscription } from './subscription';

const EVERYTHING = Number.MAX_SAFE_INTEGER;

/**
 * Opens the log behind a connection string (`esdb://host:port?tls=false`, or `esdb+discover://…` for a cluster). The embedded log
 * and a real EventStoreDB are reached in the very same way. Connects on first use.
 */
export function openEventLog(connectionString: string): EventLog {
  const client = EventStoreDBClient.connectionString(connectionString);
  return {
    append: (stream, events, expected) => append(client, stream, events, expected),
    readStream: (stream, options = {}) => readStream(client, stream, options),
    readAll: (options = {}) => readAll(client, options),
    readFiltered: (filter) => readFiltered(client, filter),
    subscribeToAll: ({ from, filter }) => subscribeToAll(client, from, filter),
    lastPosition: () => lastPosition(client),
    close: () => client.dispose(),
  };
}

async function append(
  client: EventStoreDBClient,
  stream: string,
  events: readonly NewEvent[],
  expected: ExpectedRevision,
): Promise<Appended> {
  try {
    const written = await client.appendToStream(
      stream,
      events.map(({ id, event, metadata }) => jsonEvent({ id, type: event.type, data: json(event.data), metadata: json(metadata) })),
      { expectedRevision: expected },
    );
    return {
      revision: written.nextExpectedRevision,
      position: written.position?.commit ?? (await positionOf(client, stream, written.nextExpectedRevision)),
    };
  } catch (error) {
    throw translated(error, stream, expected);
  }
}

/** A repeated append is answered without a position when its events were hidden since; then the stream itself says it. */
async function positionOf(client: EventStoreDBClient, stream: string, revision: bigint): Promise<bigint> {
  for await (const { event } of client.readStream(stream, { fromRevision: revision, maxCount: 1 })) {
    if (event?.position) return event.position.commit;
  }
  throw new Error(`the log gave no position for revision ${revision} of ${stream}`);
}

async function* readStream(client: EventStoreDBClient, stream: string, { from, direction, limit }: ReadOptions): AsyncIterable<Recorded> {
  const backwards = direction === 'backwards';
  try {
    const events = client.readStream(stream, {
      direction: backwards ? BACKWARDS : FORWARDS,
      fromRevision: from === undefined ? (backwards ? END : START) : from === 'start' ? START : from === 'end' ? END : from,
      maxCount: limit ?? EVERYTHING,
    });
    for await (const resolved of events) {
      const recorded = toRecorded(resolved);
      if (recorded) yield recorded;
    }
  } catch (error) {
    if (
      error instanceof Error &&
      isCommandError(error) &&
      (error.type === ErrorType.STREAM_NOT_FOUND || error.type === ErrorType.STREAM_DELETED)
    )
      return;
    throw translated(error, stream);
  }
}

async function* readAll(client: EventStoreDBClient, { from, direction, limit }: ReadOptions): AsyncIterable<Recorded> {
  const backwards = direction === 'backwards';
  try {
    const events = client.readAll({
      direction: backwards ? BACKWARDS : FORWARDS,
      fromPosition:
        typeof from === 'bigint' ? { commit: from, prepare: from } : from === 'start' ? START : from === 'end' || backwards ? END : START,
      maxCount: limit ?? EVERYTHING,
    });
    for await (const resolved of events) {
      const recorded = toRecorded(resolved);
      if (recorded) yield recorded;
    }
  } catch (error) {
    throw translated(error);
  }
}

/** The client filters on the server only in subscriptions: a filtered read is one that ends where it has caught up. */
async function* readFiltered(client: EventStoreDBClient, filter: StreamFilter): AsyncIterable<Recorded> {
  const subscription = subscribeToAll(client, undefined, filter);
  try {
    for await (const message of subscription) {
      if (message.kind === 'caughtUp') return;
      if (message.kind === 'event') yield message.recorded;
    }
  } finally {
    await subscription.close();
  }
}

function subscribeToAll(client: EventStoreDBClient, from: bigint | undefined, filter: StreamFilter | undefined): Subscription {
  return clientSubscription((checkpointReached) =>
    client.subscribeToAll({
      fromPosition: from === undefined ? START : { commit: from, prepare: from },
      filter: filterOf(filter, { checkpointInterval: 1, checkpointReached: (_subscription, { commit }) => checkpointReached(commit) }),
    }),
  );
}

async function lastPosition(client: EventStoreDBClient): Promise<bigint | undefined> {
  try {
    for await (const { event } of client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 })) return event?.position.commit;
    return undefined;
  } catch (error) {
    throw translated(error);
  }
}

type CheckpointOptions = Pick<Filter, 'checkpointInterval'> & Required<Pick<Filter, 'checkpointReached'>>;

function filterOf(filter: StreamFilter | undefined, checkpoints: CheckpointOptions): Filter {
  if (filter?.typePrefixes) return eventTypeFilter({ prefixes: [...filter.typePrefixes], ...checkpoints });
  if (filter?.streamPrefixes) return streamNameFilter({ prefixes: [...filter.streamPrefixes], ...checkpoints });
  return excludeSystemEvents(checkpoints);
}

/** System events, links whose target is gone and foreign (non-JSON) events are not facts of ours. */
export function toRecorded({ event }: { event?: RecordedEvent | ResolvedEvent['event'] | undefined }): Recorded | undefined {
  if (!event || event.type.startsWith('$') || event.streamId.startsWith('$') || !event.isJson) return undefined;
  return {
    id: event.id,
    stream: event.streamId,
    revision: event.revision,
    position: event.position?.commit ?? -1n,
    recordedAt: event.created,
    event: { type: event.type, data: event.data as object },
    metadata: metadataOf(event.metadata),
  };
}

const json = (value: object): JSONType => value as JSONType;
const metadataOf = (value: unknown): EventMetadata => (value ?? {}) as EventMetadata;

const unreachable: ReadonlySet<ErrorType> = new Set([
  ErrorType.UNAVAILABLE,
  ErrorType.DEADLINE_EXCEEDED,
  ErrorType.TIMEOUT,
  ErrorType.NOT_LEADER,
  ErrorType.CANCELLED,
]);

export function translated(error: unknown, stream = '$all', expected: ExpectedRevision = 'any'): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (!isCommandError(error)) return error;
  if (error.type === ErrorType.WRONG_EXPECTED_VERSION) {
    const actual = error.actualVersion;
    return new WrongExpectedRevision(stream, expected, typeof actual === 'bigint' ? actual : 'no_stream');
  }
  return unreachable.has(error.type) ? new LogUnavailable(error) : error;
}
