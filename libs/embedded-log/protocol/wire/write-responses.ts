import { Writer } from 'protobufjs/minimal';
import { ANY, ExpectedRevision, NO_STREAM, STREAM_EXISTS } from '../../streams/expected-revision';
import { frame } from '../grpc/framing';
import { writeEmpty, writeStreamName, writeUint64, writeUuid } from './fields';

/** What an append, a delete or a tombstone came to. Revision -1: the stream still has no event. */
export interface WriteSuccess {
  readonly revision: number;
  readonly position: number | undefined;
}

export interface WrongRevision {
  readonly expected: ExpectedRevision;
  /** -1 for no stream. */
  readonly current: number;
}

export function encodeAppendSuccess(success: WriteSuccess): Uint8Array {
  return writeSuccess(Writer.create().uint32(0x0a).fork(), success).ldelim().finish();
}

/** A wrong revision is a normal answer to the streamed append. Its older fields are filled as the server still fills them. */
export function encodeAppendWrongRevision({ expected, current }: WrongRevision): Uint8Array {
  const writer = Writer.create().uint32(0x12).fork();
  if (current === NO_STREAM) writeEmpty(writer, 2);
  else writeUint64(writer, 1, current);
  writeExpected(writer, expected, { exact: 3, any: 4, streamExists: 5, noStream: undefined });
  if (current === NO_STREAM) writeEmpty(writer, 7);
  else writeUint64(writer, 6, current);
  writeExpected(writer, expected, { exact: 8, any: 9, streamExists: 10, noStream: 11 });
  return writer.ldelim().finish();
}

/** `DeleteResp` and `TombstoneResp`. */
export function encodeDeleted(position: number | undefined): Uint8Array {
  const writer = Writer.create();
  return (position === undefined ? writeEmpty(writer, 2) : writePosition(writer, 1, position)).finish();
}

/** What every answer to a batch names: the request, and for errors the stream. */
export interface BatchAnswer {
  readonly correlationId: Buffer;
  readonly stream: string;
  readonly expected: ExpectedRevision;
}

export function frameBatchSuccess(answer: BatchAnswer, success: WriteSuccess): Buffer {
  const writer = writeUuid(Writer.create(), 1, answer.correlationId);
  writeSuccess(writer.uint32(0x1a).fork(), success).ldelim();
  return frame(writeBatchAnswer(writer, answer));
}

/** `details` is the encoded message whose type `type` names, in package event_store.client. */
export interface BatchError {
  readonly code: number;
  readonly message: string;
  readonly type: string;
  readonly details: Uint8Array;
}

export function frameBatchError(answer: BatchAnswer, { code, message, type, details }: BatchError): Buffer {
  const writer = writeUuid(Writer.create(), 1, answer.correlationId);
  writer.uint32(0x12).fork().uint32(0x08).int32(code).uint32(0x12).string(message);
  writer.uint32(0x1a).fork().uint32(0x0a).string(`type.googleapis.com/event_store.client.${type}`).uint32(0x12).bytes(details);
  writer.ldelim().ldelim();
  return frame(writeBatchAnswer(writer, answer));
}

/** `shared.WrongExpectedVersion`, the details of a batch error. */
export function encodeWrongRevision({ expected, current }: WrongRevision): Uint8Array {
  const writer = Writer.create();
  if (current === NO_STREAM) writeEmpty(writer, 2);
  else writeUint64(writer, 1, current);
  writeExpected(writer, expected, { exact: 3, any: 4, streamExists: 5, noStream: 6 });
  return writer.finish();
}

export function encodeStreamDeleted(stream: string): Uint8Array {
  return writeStreamName(Writer.create(), 1, stream).finish();
}

export function encodeMaximumAppendSize(size: number): Uint8Array {
  return Writer.create().uint32(0x08).uint32(size).finish();
}

export function encodeBadRequest(message: string): Uint8Array {
  return Writer.create().uint32(0x0a).string(message).finish();
}

function writeBatchAnswer(writer: Writer, { stream, expected }: BatchAnswer): Uint8Array {
  writeStreamName(writer, 4, stream);
  return writeExpected(writer, expected, { exact: 5, noStream: 6, any: 7, streamExists: 8 }).finish();
}

function writeSuccess(writer: Writer, { revision, position }: WriteSuccess): Writer {
  if (revision === NO_STREAM) writeEmpty(writer, 2);
  else writeUint64(writer, 1, revision);
  return position === undefined ? writeEmpty(writer, 4) : writePosition(writer, 3, position);
}

function writePosition(writer: Writer, field: number, position: number): Writer {
  writer.uint32((field << 3) | 2).fork();
  writeUint64(writer, 1, position);
  return writeUint64(writer, 2, position).ldelim();
}

interface ExpectedFields {
  readonly exact: number;
  readonly any: number;
  readonly streamExists: number;
  readonly noStream: number | undefined;
}

function writeExpected(writer: Writer, expected: ExpectedRevision, fields: ExpectedFields): Writer {
  if (expected === ANY) return writeEmpty(writer, fields.any);
  if (expected === STREAM_EXISTS) return writeEmpty(writer, fields.streamExists);
  if (expected !== NO_STREAM) return writeUint64(writer, fields.exact, expected);
  // Where no field is made for it, "no stream" is sent as 2^64-1.
  return fields.noStream === undefined ? writeUint64(writer, fields.exact, 2n ** 64n - 1n) : writeEmpty(writer, fields.noStream);
}
