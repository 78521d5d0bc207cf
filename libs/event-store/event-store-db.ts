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
import type { Filter, JSONType } from '@eventstore/db-client';
import { Recorded } from '@hjemmel/kernel';
import { toRecorded, translated } from './conversion';
import { Appended, EventLog, ExpectedRevision, NewEvent, ReadOptions, StreamFilter, Subscription } from './port';
import { clientSubscription } from './subscription';
import { wholeRead } from './whole-read';

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
  for await (const { event } of wholeRead(client.readStream(stream, { fromRevision: revision, maxCount: 1 }))) {
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
    for await (const resolved of wholeRead(events)) {
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
    for await (const resolved of wholeRead(events)) {
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
    const newest = wholeRead(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 }));
    for await (const { event } of newest) return event?.position.commit;
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

const json = (value: object): JSONType => value as JSONType;
