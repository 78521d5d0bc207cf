import { Reader } from 'protobufjs/minimal';
import { writeEventId } from './event-id';
import { revisionSize, varintSize, writeRevision, writeVarint } from './varint';

/**
 * What the engine keeps for each event: the `RecordedEvent` message of EventStoreDB's streams.proto, encoded, so that a read frames it
 * and no more. Its fields: 1 id, 2 stream identifier, 3 stream revision, 4 prepare and 5 commit position, 6 metadata (type, created,
 * content-type), 7 custom metadata, 8 data.
 */
export interface EventBody {
  /** 16 bytes. */
  readonly id: Buffer;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: Buffer;
  readonly metadata: Buffer;
}

const mapEntry = (key: string, value: string): Buffer => {
  const parts = [field(0x0a, Buffer.from(key)), field(0x12, Buffer.from(value))];
  return field(0x32, Buffer.concat(parts));
};
const field = (tag: number, content: Buffer): Buffer => Buffer.concat([Buffer.from([tag, content.length]), content]);

const JSON_ENTRY = mapEntry('content-type', 'application/json');
const BINARY_ENTRY = mapEntry('content-type', 'application/octet-stream');
const TYPE_KEY = field(0x0a, Buffer.from('type'));
const CREATED_KEY = field(0x0a, Buffer.from('created'));
const ID_FIELD_SIZE = 2 + 2 + 36;

/** Encodes the events of one append to one stream: what they share is computed once. */
export function storedEventEncoder(stream: string, createdTicks: bigint): (event: EventBody, revision: number, position: number) => Buffer {
  const name = Buffer.from(stream, 'utf8');
  const created = Buffer.from(createdTicks.toString(), 'latin1');
  const nameSize = 1 + varintSize(name.length) + name.length;
  const createdSize = CREATED_KEY.length + 2 + created.length;

  return (event, revision, position) => {
    const typeLength = Buffer.byteLength(event.type);
    const typeSize = TYPE_KEY.length + 1 + varintSize(typeLength) + typeLength;
    const content = event.isJson ? JSON_ENTRY : BINARY_ENTRY;
    const { data, metadata } = event;
    const size =
      ID_FIELD_SIZE +
      (1 + varintSize(nameSize) + nameSize) +
      (revision > 0 ? 1 + revisionSize(revision) : 0) +
      (position > 0 ? 2 * (1 + varintSize(position)) : 0) +
      (1 + varintSize(typeSize) + typeSize) +
      (1 + varintSize(createdSize) + createdSize) +
      content.length +
      (1 + varintSize(metadata.length) + metadata.length) +
      (1 + varintSize(data.length) + data.length);
    const out = Buffer.allocUnsafe(size);
    out[0] = 0x0a;
    out[1] = 38;
    out[2] = 0x12;
    out[3] = 36;
    let at = writeEventId(out, 4, event.id);
    out[at++] = 0x12;
    at = writeVarint(out, at, nameSize);
    at = writeBytes(out, at, 0x1a, name);
    if (revision > 0) {
      out[at++] = 0x18;
      at = writeRevision(out, at, revision);
    }
    if (position > 0) {
      out[at++] = 0x20;
      at = writeVarint(out, at, position);
      out[at++] = 0x28;
      at = writeVarint(out, at, position);
    }
    out[at++] = 0x32;
    at = writeVarint(out, at, typeSize);
    at += TYPE_KEY.copy(out, at);
    out[at++] = 0x12;
    at = writeVarint(out, at, typeLength);
    at += out.write(event.type, at, 'utf8');
    out[at++] = 0x32;
    at = writeVarint(out, at, createdSize);
    at += CREATED_KEY.copy(out, at);
    at = writeBytes(out, at, 0x12, created);
    at += content.copy(out, at);
    at = writeBytes(out, at, 0x3a, metadata);
    writeBytes(out, at, 0x42, data);
    return out;
  };
}

function writeBytes(out: Buffer, at: number, tag: number, bytes: Buffer): number {
  out[at++] = tag;
  at = writeVarint(out, at, bytes.length);
  return at + bytes.copy(out, at);
}

/** Data and kind of a stored event, for the few whose content the log itself reads: stream metadata and links. */
export function readStoredEvent(payload: Buffer): { readonly isJson: boolean; readonly data: Buffer; readonly metadata: Buffer } {
  const reader = Reader.create(payload);
  let isJson = false;
  let data: Uint8Array = Buffer.alloc(0);
  let metadata: Uint8Array = data;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === 0x32) {
      const end = reader.uint32() + reader.pos;
      if (JSON_ENTRY.equals(payload.subarray(end - JSON_ENTRY.length, end))) isJson = true;
      reader.pos = end;
    } else if (tag === 0x3a) metadata = reader.bytes();
    else if (tag === 0x42) data = reader.bytes();
    else reader.skipType(tag & 7);
  }
  return { isJson, data: asBuffer(data), metadata: asBuffer(metadata) };
}

/** The stored event with another prepare and commit position. */
export function withPosition(payload: Buffer, position: number): Buffer {
  const reader = Reader.create(payload);
  const parts: Buffer[] = [];
  let keptFrom = 0;
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.uint32();
    reader.skipType(tag & 7);
    if (tag !== 0x20 && tag !== 0x28) continue;
    parts.push(payload.subarray(keptFrom, start));
    keptFrom = reader.pos;
  }
  parts.push(payload.subarray(keptFrom));
  const size = varintSize(position);
  const positions = Buffer.allocUnsafe(2 * (1 + size));
  for (const [at, tag] of [0x20, 0x28].entries()) {
    positions[at * (1 + size)] = tag;
    writeVarint(positions, at * (1 + size) + 1, position);
  }
  return Buffer.concat([...parts, positions]);
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
