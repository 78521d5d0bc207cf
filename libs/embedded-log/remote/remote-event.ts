import { Reader } from 'protobufjs/minimal';
import { TOMBSTONE_REVISION } from '../engine/contract';
import { readBytes, readEmbedded, readMessage, readStreamName, readUint64, readUuid } from '../protocol/wire/fields';

/** An event as a server gave it over the wire, byte for byte: nothing of it was parsed as JSON. */
export interface RemoteEvent {
  /** Commit position. */
  readonly position: number;
  readonly stream: string;
  /** {@link TOMBSTONE_REVISION} for a tombstone. */
  readonly revision: number;
  readonly type: string;
  readonly contentType: string;
  /** 16 bytes. */
  readonly id: Buffer;
  /** 100-nanosecond ticks since 1970. */
  readonly createdTicks: bigint;
  readonly data: Buffer;
  readonly metadata: Buffer;
  /** The `RecordedEvent` message as it came. */
  readonly raw: Buffer;
}

/**
 * Reads a `RecordedEvent` of EventStoreDB's streams.proto.
 * @throws RangeError where it is malformed, or a number in it is larger than the log can hold
 */
export function decodeRemoteEvent(raw: Buffer): RemoteEvent {
  const reader = Reader.create(raw);
  const event: Mutable<Omit<RemoteEvent, 'id'>> = { ...BLANK, raw };
  let id: Buffer | undefined;
  let system: SystemMetadata = {};
  readMessage(reader, reader.len, (field) => {
    if (field === 1) id = readUuid(reader);
    else if (field === 2) event.stream = readStreamName(reader);
    else if (field === 3) event.revision = revisionOf(readUint64(reader));
    else if (field === 5) event.position = safe(readUint64(reader));
    else if (field === 6) system = { ...system, ...readEntry(reader) };
    else if (field === 7) event.metadata = readBytes(reader);
    else if (field === 8) event.data = readBytes(reader);
    else return false;
    return true;
  });
  if (!id) throw new RangeError('an event came without an id');
  const { type = '', created = '0' } = system;
  return { ...event, id, type, contentType: system['content-type'] ?? OCTETS, createdTicks: BigInt(created) };
}

export const JSON_CONTENT = 'application/json';
const OCTETS = 'application/octet-stream';
const EMPTY: Buffer = Buffer.alloc(0);
const BLANK = { position: 0, stream: '', revision: 0, type: '', contentType: OCTETS, createdTicks: 0n, data: EMPTY, metadata: EMPTY };

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
const INT64_MAX = 2n ** 63n - 1n;

type SystemMetadata = Readonly<Record<string, string>>;

function readEntry(reader: Reader): SystemMetadata {
  let [key, value] = ['', ''];
  readEmbedded(reader, (field) => {
    if (field === 1) key = reader.string();
    else if (field === 2) value = reader.string();
    else return false;
    return true;
  });
  return { [key]: value };
}

function revisionOf(value: number | bigint): number {
  return value === INT64_MAX ? TOMBSTONE_REVISION : safe(value);
}

function safe(value: number | bigint): number {
  if (typeof value === 'number') return value;
  throw new RangeError(`the server gave the number ${value}, which is beyond 2^53`);
}
