import { Writer } from 'protobufjs/minimal';
import { frame } from '../grpc/framing';
import { writeEmpty, writeStreamName, writeUint64 } from './fields';

/** The answers of `Streams.Read` beside events, each in its frame. */

export function frameConfirmation(subscriptionId: string): Buffer {
  return frame(Writer.create().uint32(0x12).fork().uint32(0x0a).string(subscriptionId).ldelim().finish());
}

export function frameCheckpoint(position: number): Buffer {
  const writer = Writer.create().uint32(0x1a).fork();
  writeUint64(writer, 1, position);
  writeUint64(writer, 2, position);
  return frame(writer.ldelim().finish());
}

export function frameStreamNotFound(stream: string): Buffer {
  const writer = Writer.create().uint32(0x22).fork();
  return frame(writeStreamName(writer, 1, stream).ldelim().finish());
}

export const CAUGHT_UP = frame(writeEmpty(Writer.create(), 8).finish());
