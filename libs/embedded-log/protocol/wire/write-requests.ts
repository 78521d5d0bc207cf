import { Reader } from 'protobufjs/minimal';
import { ANY, ExpectedRevision, NO_STREAM, STREAM_EXISTS } from '../../streams/expected-revision';
import { readBytes, readEmbedded, readInt64, readMessage, readStreamName, readUint64, readUuid, skipEmbedded } from './fields';

/** An event as a client proposes it. What is missing or malformed is undefined; the service answers for it. */
export interface ProposedEvent {
  readonly id: Buffer | undefined;
  readonly type: string | undefined;
  readonly contentType: string | undefined;
  readonly data: Buffer;
  readonly metadata: Buffer;
}

export interface WriteOptions {
  readonly stream: string;
  readonly expected: ExpectedRevision;
}

const EMPTY = Buffer.alloc(0);

/** `AppendReq`: first the options, then one event a message. */
export type AppendRequest = { readonly options: WriteOptions } | { readonly event: ProposedEvent };

export function decodeAppendRequest(message: Buffer): AppendRequest | undefined {
  const reader = Reader.create(message);
  let request: AppendRequest | undefined;
  readMessage(reader, reader.len, (id) => {
    if (id === 1) request = { options: readWriteOptions(reader) };
    else if (id === 2) request = { event: readProposedEvent(reader) };
    else return false;
    return true;
  });
  return request;
}

/** `DeleteReq` and `TombstoneReq`: the options alone. */
export function decodeDeleteRequest(message: Buffer): WriteOptions {
  const reader = Reader.create(message);
  let options: WriteOptions = { stream: '', expected: ANY };
  readMessage(reader, reader.len, (id) => {
    if (id !== 1) return false;
    options = readWriteOptions(reader);
    return true;
  });
  return options;
}

export interface BatchAppendRequest {
  readonly correlationId: Buffer | undefined;
  readonly options: (WriteOptions & { readonly deadline: BatchDeadline }) | undefined;
  readonly events: readonly ProposedEvent[];
  readonly isFinal: boolean;
}

/** Instant (milliseconds since 1970), or milliseconds from now, or neither. */
export interface BatchDeadline {
  readonly at?: number;
  readonly within?: number;
}

export function decodeBatchAppendRequest(message: Buffer): BatchAppendRequest {
  const reader = Reader.create(message);
  let correlationId: Buffer | undefined;
  let options: BatchAppendRequest['options'];
  let isFinal = false;
  const events: ProposedEvent[] = [];
  readMessage(reader, reader.len, (id) => {
    if (id === 1) correlationId = readUuid(reader);
    else if (id === 2) options = readBatchOptions(reader);
    else if (id === 3) events.push(readProposedEvent(reader));
    else if (id === 4) isFinal = reader.bool();
    else return false;
    return true;
  });
  return { correlationId, options, events, isFinal };
}

function readWriteOptions(reader: Reader): WriteOptions {
  let stream = '';
  let expected: ExpectedRevision = ANY;
  readEmbedded(reader, (id) => {
    if (id === 1) stream = readStreamName(reader);
    else expected = readExpected(reader, id) ?? expected;
    return id <= 5;
  });
  return { stream, expected };
}

function readBatchOptions(reader: Reader): WriteOptions & { readonly deadline: BatchDeadline } {
  let stream = '';
  let expected: ExpectedRevision = ANY;
  let deadline: BatchDeadline = {};
  readEmbedded(reader, (id) => {
    if (id === 1) stream = readStreamName(reader);
    else if (id === 6) deadline = { at: readSecondsAndNanos(reader) };
    else if (id === 7) deadline = { within: readSecondsAndNanos(reader) };
    else expected = readExpected(reader, id) ?? expected;
    return id <= 7;
  });
  return { stream, expected, deadline };
}

/** The four ways to name a revision have the same field numbers in every write. */
function readExpected(reader: Reader, id: number): ExpectedRevision | undefined {
  if (id === 2) return readUint64(reader);
  if (id < 3 || id > 5) return undefined;
  skipEmbedded(reader);
  return id === 3 ? NO_STREAM : id === 4 ? ANY : STREAM_EXISTS;
}

/** Timestamp and Duration look alike; in milliseconds. */
function readSecondsAndNanos(reader: Reader): number {
  let ms = 0;
  readEmbedded(reader, (id) => {
    if (id === 1) ms += readInt64(reader) * 1000;
    else if (id === 2) ms += reader.int32() / 1e6;
    else return false;
    return true;
  });
  return ms;
}

function readProposedEvent(reader: Reader): ProposedEvent {
  let eventId: Buffer | undefined;
  let type: string | undefined;
  let contentType: string | undefined;
  let data: Buffer = EMPTY;
  let metadata: Buffer = EMPTY;
  readEmbedded(reader, (id) => {
    if (id === 1) eventId = readUuid(reader);
    else if (id === 2) {
      const { key, value } = readMapEntry(reader);
      if (key === 'type') type = value;
      else if (key === 'content-type') contentType = value;
    } else if (id === 3) metadata = readBytes(reader);
    else if (id === 4) data = readBytes(reader);
    else return false;
    return true;
  });
  return { id: eventId, type, contentType, data, metadata };
}

function readMapEntry(reader: Reader): { key: string; value: string } {
  const entry = { key: '', value: '' };
  readEmbedded(reader, (id) => {
    if (id === 1) entry.key = reader.string();
    else if (id === 2) entry.value = reader.string();
    else return false;
    return true;
  });
  return entry;
}
