import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LogEngine, StoredRecord, TOMBSTONE_REVISION } from '../engine/contract';
import { CommitFeed } from '../streams/commit-feed';
import { EventFilter, compileFilter } from '../streams/filter';
import { StreamReader } from '../streams/reader';
import { ResolvedRecord } from '../streams/resolved-record';
import { allSource, streamSource } from '../streams/sources';
import { SubscriptionMessage, SubscriptionSource, runSubscription } from '../streams/subscription';
import { Call } from './grpc/call';
import { serverStream } from './grpc/methods';
import { Method } from './grpc/server';
import { Code, GrpcError, handlerThrew } from './grpc/status';
import { frameEvents } from './wire/event-frames';
import { FilterRequest, ReadRequest, ReadStart, decodeReadRequest } from './wire/read-requests';
import { CAUGHT_UP, frameCheckpoint, frameConfirmation, frameStreamNotFound } from './wire/read-responses';
import { streamDeleted } from './write-errors';

const INT64_MAX = 2n ** 63n - 1n;
const UINT64_MAX = 2n ** 64n - 1n;
/** Events that a filtered subscription looks at between checkpoints, unless told. */
const SEARCH_WINDOW = 32;

export interface Reading {
  readonly engine: LogEngine;
  readonly reader: StreamReader;
  readonly feed: CommitFeed;
}

/** `Streams.Read`: reads and subscriptions, of a stream and of `$all`. */
export function readMethod(reading: Reading): Method {
  return serverStream(async (message, call) => {
    const request = decodeReadRequest(message);
    if (request.stream === '') throw handlerThrew('streamName must not be empty.');
    if (request.count === undefined) return subscribe(reading, request, call);
    if (request.count === 0) throw handlerThrew('maxCount must be positive.');
    const limit = Number(request.count);
    if (request.stream === undefined) return readAll(reading.reader, request, limit, call);
    return readStream(reading.reader, request.stream, request, limit, call);
  });
}

async function readStream(reader: StreamReader, stream: string, request: ReadRequest, limit: number, call: Call): Promise<void> {
  const from = revisionOf(request.start, request.backwards);
  if (!request.backwards && from === 'end') throw handlerThrew('a stream is not read forwards from its end.');
  const state = reader.state(stream);
  if (state.kind === 'deleted') throw streamDeleted(stream);
  if (state.kind === 'not-found') {
    call.sendFramed(frameStreamNotFound(stream));
    return;
  }
  const start = from === 'end' ? state.last : Math.min(from, TOMBSTONE_REVISION - 1);
  const pages = request.backwards ? reader.backwards(stream, start, limit) : reader.forwards(stream, start, limit);
  await sendPages(pages, reader, request, undefined, limit, call);
}

async function readAll(reader: StreamReader, request: ReadRequest, limit: number, call: Call): Promise<void> {
  const { start, backwards } = request;
  const filter = request.filter && compile(request.filter);
  const from = positionOf(start);
  if (!backwards && from === 'end') return;
  const pages = backwards
    ? reader.allBackwards(from === 'end' ? Infinity : Math.max(from, 0))
    : reader.allForwards(Math.max(0, Number(from)));
  await sendPages(pages, reader, request, filter, limit, call);
}

async function sendPages(
  pages: Iterable<StoredRecord[]>,
  reader: StreamReader,
  { resolveLinks, structuredIds }: ReadRequest,
  filter: EventFilter | undefined,
  limit: number,
  call: Call,
): Promise<void> {
  let left = limit;
  for (const page of pages) {
    const events: { resolved: ResolvedRecord }[] = [];
    for (const record of page) {
      if (left === 0) break;
      const resolved = reader.resolve(record, resolveLinks);
      if (filter && !filter(resolved)) continue;
      events.push({ resolved });
      left--;
    }
    const more = events.length === 0 || call.sendFramed(frameEvents(events, structuredIds));
    if (left === 0 || call.closed) return;
    await (more ? nextTurn() : call.writable());
  }
}

async function subscribe({ reader, feed, engine }: Reading, request: ReadRequest, call: Call): Promise<void> {
  const source = request.stream === undefined ? allSourceOf(reader, engine, request) : streamSourceOf(reader, request.stream, request);
  call.sendFramed(frameConfirmation(randomUUID()));
  await runSubscription(feed, source, {
    get closed() {
      return call.closed;
    },
    deliver: (messages) => deliver(call, request, messages),
    writable: () => call.writable(),
    onClose: (listener) => call.onClose(listener),
    fail: (error) => call.fail(error),
  });
}

function streamSourceOf(reader: StreamReader, stream: string, { start, resolveLinks }: ReadRequest): SubscriptionSource {
  if (reader.state(stream).kind === 'deleted') throw streamDeleted(stream);
  const after = revisionOf(start, false);
  const first = start.kind === 'start' ? 0 : after === 'end' ? reader.nextRevision(stream) : after + 1;
  return streamSource(reader, stream, first, resolveLinks);
}

function allSourceOf(reader: StreamReader, engine: LogEngine, request: ReadRequest): SubscriptionSource {
  const { filter, resolveLinks, start } = request;
  const compiled = filter && compile(filter);
  const from = positionOf(start);
  const after = start.kind === 'start' ? -1 : from === 'end' ? (reader.newestOfAll()?.position ?? engine.durableTail - 1) : from;
  const window = filter?.maxSearchWindow ?? SEARCH_WINDOW;
  if (filter && filter.checkpointIntervalMultiplier === 0) throw handlerThrew('checkpointIntervalMultiplier must not be 0.');
  const checkpointEvery = window * (filter?.checkpointIntervalMultiplier ?? 1);
  return allSource(reader, { after, resolveLinks, checkpointEvery, ...(compiled && { filter: compiled }) });
}

/** Frames a run of messages in the order in which they came. */
function deliver(call: Call, { structuredIds, stream }: ReadRequest, messages: readonly SubscriptionMessage[]): boolean {
  let ready = true;
  let events: { resolved: ResolvedRecord }[] = [];
  const flush = (): void => {
    if (events.length > 0) ready = call.sendFramed(frameEvents(events, structuredIds));
    events = [];
  };
  for (const message of messages) {
    if (message.kind === 'event') {
      events.push(message);
      continue;
    }
    flush();
    if (message.kind === 'checkpoint') ready = call.sendFramed(frameCheckpoint(message.position));
    else if (message.kind === 'caught-up') ready = call.sendFramed(CAUGHT_UP);
    else call.fail(streamDeleted(stream ?? ''));
  }
  flush();
  return ready;
}

/** A revision beyond int64 is none, but 2^64-1 stands for the end, and backwards anything past the end means the end. */
function revisionOf(start: ReadStart, backwards: boolean): number | 'end' {
  if (start.kind === 'end') return 'end';
  if (start.kind !== 'revision') return 0;
  if (start.revision === UINT64_MAX) return 'end';
  if (start.revision > INT64_MAX) {
    if (backwards) return 'end';
    throw handlerThrew('the revision is beyond int64.');
  }
  return Number(start.revision);
}

function positionOf(start: ReadStart): number | 'end' {
  if (start.kind === 'end') return 'end';
  if (start.kind !== 'position') return 0;
  const { commit, prepare } = start;
  if (commit === UINT64_MAX && prepare === UINT64_MAX) return 'end';
  if (commit > INT64_MAX || prepare > INT64_MAX) throw handlerThrew('the position is beyond int64.');
  if (prepare > commit) throw handlerThrew('The commit position cannot be less than the prepare position');
  return Number(commit);
}

function compile({ rule }: FilterRequest): EventFilter {
  if (!rule) throw new GrpcError(Code.INVALID_ARGUMENT, 'a filter names streams or types');
  try {
    return compileFilter(rule);
  } catch (error) {
    if (error instanceof SyntaxError) throw handlerThrew(error.message);
    throw error;
  }
}
