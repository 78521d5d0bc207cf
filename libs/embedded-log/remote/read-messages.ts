import { Reader, Writer } from 'protobufjs/minimal';
import {
  readBytes,
  readEmbedded,
  readMessage,
  readUint64,
  skipEmbedded,
  writeEmpty,
  writeStreamName,
  writeUint64,
} from '../protocol/wire/fields';
import { decodeRemoteEvent, RemoteEvent } from './remote-event';

/** What is to be read. Links are given as they stand, unresolved. */
export interface RemoteRead {
  /** Undefined for `$all`. */
  readonly stream?: string;
  /** Revision, or commit position of `$all`. Reads forwards include it; backwards in `$all` and subscriptions exclude it. */
  readonly from: number | 'start' | 'end';
  readonly backwards?: boolean;
  /** Undefined for a subscription. */
  readonly count?: number;
  /** Passes over the events whose type begins with `$`; only for `$all`. */
  readonly withoutSystemEvents?: boolean;
  /** Only streams whose name begins with one of these; only for `$all`. */
  readonly streamPrefixes?: readonly string[];
}

export type RemoteMessage =
  | { readonly kind: 'event'; readonly event: RemoteEvent }
  /** Nothing of interest up to and including this position. */
  | { readonly kind: 'checkpoint'; readonly position: number }
  | { readonly kind: 'caught-up' }
  | { readonly kind: 'stream-not-found' }
  | { readonly kind: 'other' };

/** The same expression as the official client's `excludeSystemEvents`. */
const NO_SYSTEM_EVENTS = '^[^\\$].*';
/** Events that the server looks at before it gives a checkpoint. */
const SEARCH_WINDOW = 512;

const Field = { stream: 1, all: 2, direction: 3, count: 5, subscription: 6, filter: 7, noFilter: 8, uuid: 9 } as const;

/** `ReadReq` of EventStoreDB's streams.proto. */
export function encodeReadRequest(read: RemoteRead): Buffer {
  const writer = Writer.create().uint32(embedded(1)).fork();
  if (read.stream === undefined) writeAll(writer, read.from);
  else writeStream(writer, read.stream, read.from);
  if (read.backwards) writer.uint32(varint(Field.direction)).int32(1);
  if (read.count === undefined) writeEmpty(writer, Field.subscription);
  else writeUint64(writer, Field.count, read.count);
  if (read.withoutSystemEvents || read.streamPrefixes) writeFilter(writer, read.streamPrefixes);
  else writeEmpty(writer, Field.noFilter);
  writeEmpty(writer.uint32(embedded(Field.uuid)).fork(), 2).ldelim();
  return Buffer.from(writer.ldelim().finish());
}

const embedded = (field: number): number => (field << 3) | 2;
const varint = (field: number): number => field << 3;

function writeStream(writer: Writer, stream: string, from: RemoteRead['from']): void {
  writeStreamName(writer.uint32(embedded(Field.stream)).fork(), 1, stream);
  if (typeof from === 'number') writeUint64(writer, 2, from);
  else writeEmpty(writer, from === 'start' ? 3 : 4);
  writer.ldelim();
}

function writeAll(writer: Writer, from: RemoteRead['from']): void {
  writer.uint32(embedded(Field.all)).fork();
  if (typeof from === 'number') {
    writer.uint32(embedded(1)).fork();
    writeUint64(writer, 1, from);
    writeUint64(writer, 2, from).ldelim();
  } else writeEmpty(writer, from === 'start' ? 2 : 3);
  writer.ldelim();
}

/** By stream (1) or event type (2), as a regular expression (1) or prefixes (2), with a search window (3) and a checkpoint for each (5). */
function writeFilter(writer: Writer, prefixes: readonly string[] | undefined): void {
  writer.uint32(embedded(Field.filter)).fork();
  writer.uint32(embedded(prefixes ? 1 : 2)).fork();
  if (prefixes) for (const prefix of prefixes) writer.uint32(embedded(2)).string(prefix);
  else writer.uint32(embedded(1)).string(NO_SYSTEM_EVENTS);
  writer.ldelim();
  writer.uint32(varint(3)).uint32(SEARCH_WINDOW).uint32(varint(5)).uint32(1).ldelim();
}

const OTHER: RemoteMessage = { kind: 'other' };

/** `ReadResp`. @throws RangeError where it is malformed */
export function decodeReadResponse(bytes: Buffer): RemoteMessage {
  const reader = Reader.create(bytes);
  let message: RemoteMessage = OTHER;
  readMessage(reader, reader.len, (field) => {
    if (field === 1) message = readEvent(reader) ?? OTHER;
    else if (field === 3) message = { kind: 'checkpoint', position: readCommit(reader) };
    else if (field === 4 || field === 8) {
      skipEmbedded(reader);
      message = { kind: field === 4 ? 'stream-not-found' : 'caught-up' };
    } else return false;
    return true;
  });
  return message;
}

function readEvent(reader: Reader): RemoteMessage | undefined {
  let event: RemoteEvent | undefined;
  readEmbedded(reader, (field) => {
    if (field !== 1) return false;
    event = decodeRemoteEvent(readBytes(reader));
    return true;
  });
  return event && { kind: 'event', event };
}

function readCommit(reader: Reader): number {
  let commit = 0;
  readEmbedded(reader, (field) => {
    if (field !== 1) return false;
    commit = Number(readUint64(reader));
    return true;
  });
  return commit;
}
