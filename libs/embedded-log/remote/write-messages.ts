import { status } from '@grpc/grpc-js';
import { Reader, Writer } from 'protobufjs/minimal';
import {
  readEmbedded,
  readInt64,
  readMessage,
  readUint64,
  readUuid,
  skipEmbedded,
  writeEmpty,
  writeStreamName,
  writeUint64,
  writeUuid,
} from '../protocol/wire/fields';
import { ANY, ExpectedRevision, NO_STREAM, STREAM_EXISTS } from '../streams/expected-revision';

/** An event to be written, with every byte given. */
export interface EventToWrite {
  /** 16 bytes. */
  readonly id: Buffer;
  readonly type: string;
  readonly contentType: string;
  readonly data: Buffer;
  readonly metadata: Buffer;
}

export interface RemoteAppend {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly EventToWrite[];
}

export type AppendAnswer =
  | {
      readonly kind: 'written';
      /** Of the last event. */
      readonly revision: number;
      /** Commit position of the last event; undefined for a repeat of what readers no longer see. */
      readonly position: number | undefined;
    }
  /** `current` is -1 where there is no stream. */
  | { readonly kind: 'wrong-expected-revision'; readonly current: number }
  | { readonly kind: 'stream-deleted' }
  /** `passing`: the same may succeed later. It may even have been written. */
  | { readonly kind: 'failed'; readonly reason: string; readonly passing: boolean };

const PASSING: readonly number[] = [status.DEADLINE_EXCEEDED, status.UNAVAILABLE];

const embedded = (field: number): number => (field << 3) | 2;
const varint = (field: number): number => field << 3;

/** `BatchAppendReq`, whole in one message. */
export function encodeBatchAppend(correlationId: Buffer, { stream, expected, events }: RemoteAppend): Buffer {
  const writer = writeUuid(Writer.create(), 1, correlationId);
  writeStreamName(writer.uint32(embedded(2)).fork(), 1, stream);
  writeExpected(writer, expected).ldelim();
  for (const { id, type, contentType, data, metadata } of events) {
    writeUuid(writer.uint32(embedded(3)).fork(), 1, id);
    writeEntry(writer, 'type', type);
    writeEntry(writer, 'content-type', contentType);
    writer.uint32(embedded(3)).bytes(metadata).uint32(embedded(4)).bytes(data).ldelim();
  }
  return Buffer.from(writer.uint32(varint(4)).bool(true).finish());
}

/** `DeleteReq` and `TombstoneReq`: the stream, whatever its revision. */
export function encodeDelete(stream: string): Buffer {
  const writer = writeStreamName(Writer.create().uint32(embedded(1)).fork(), 1, stream);
  return Buffer.from(writeExpected(writer, ANY).ldelim().finish());
}

/** Position in a `DeleteResp` or `TombstoneResp`. */
export function decodeDeleted(bytes: Buffer): number | undefined {
  const reader = Reader.create(bytes);
  let position: number | undefined;
  readMessage(reader, reader.len, (field) => {
    if (field !== 1) return false;
    position = readCommit(reader);
    return true;
  });
  return position;
}

export function decodeBatchAnswer(bytes: Buffer): { readonly correlationId: Buffer | undefined; readonly answer: AppendAnswer } {
  const reader = Reader.create(bytes);
  let correlationId: Buffer | undefined;
  let answer: AppendAnswer = { kind: 'failed', reason: 'it gave no answer', passing: true };
  readMessage(reader, reader.len, (field) => {
    if (field === 1) correlationId = readUuid(reader);
    else if (field === 2) answer = readError(reader);
    else if (field === 3) answer = readSuccess(reader);
    else return false;
    return true;
  });
  return { correlationId, answer };
}

function writeExpected(writer: Writer, expected: ExpectedRevision): Writer {
  if (expected === NO_STREAM) return writeEmpty(writer, 3);
  if (expected === ANY) return writeEmpty(writer, 4);
  if (expected === STREAM_EXISTS) return writeEmpty(writer, 5);
  return writeUint64(writer, 2, expected);
}

function writeEntry(writer: Writer, key: string, value: string): void {
  writer.uint32(embedded(2)).fork().uint32(embedded(1)).string(key).uint32(embedded(2)).string(value).ldelim();
}

function readSuccess(reader: Reader): AppendAnswer {
  let revision = NO_STREAM;
  let position: number | undefined;
  readEmbedded(reader, (field) => {
    if (field === 1) revision = Number(readUint64(reader));
    else if (field === 3) position = readCommit(reader);
    else return false;
    return true;
  });
  return { kind: 'written', revision, position };
}

/** `google.rpc.Status` with the error in an Any. */
function readError(reader: Reader): AppendAnswer {
  let code: number = status.UNKNOWN;
  let message = '';
  let answer: AppendAnswer | undefined;
  readEmbedded(reader, (field) => {
    if (field === 1) code = reader.int32();
    else if (field === 2) message = reader.string();
    else if (field === 3) answer = readDetails(reader);
    else return false;
    return true;
  });
  const passing = PASSING.includes(code);
  return answer ?? { kind: 'failed', reason: message || 'it gave no reason', passing };
}

function readDetails(reader: Reader): AppendAnswer | undefined {
  let type = '';
  let value: Buffer = Buffer.alloc(0);
  readEmbedded(reader, (field) => {
    if (field === 1) type = reader.string();
    else if (field === 2) value = Buffer.from(reader.bytes());
    else return false;
    return true;
  });
  if (type.endsWith('.StreamDeleted')) return { kind: 'stream-deleted' };
  if (type.endsWith('.WrongExpectedVersion')) return { kind: 'wrong-expected-revision', current: readCurrent(value) };
  return undefined;
}

function readCurrent(value: Buffer): number {
  const reader = Reader.create(value);
  let current = NO_STREAM;
  readMessage(reader, reader.len, (field) => {
    if (field === 1) current = Number(readUint64(reader));
    else if (field === 2) {
      skipEmbedded(reader);
      current = NO_STREAM;
    } else return false;
    return true;
  });
  return current;
}

function readCommit(reader: Reader): number {
  let commit = 0;
  readEmbedded(reader, (field) => {
    if (field !== 1) return false;
    commit = readInt64(reader);
    return true;
  });
  return commit;
}
