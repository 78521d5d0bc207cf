import { Reader, Writer } from 'protobufjs/minimal';
import { formatEventId, parseEventIdBytes } from '../../streams/event-id';

/**
 * Helpers on protobufjs' minimal reader and writer. The messages are those of EventStoreDB's shared.proto and its kin, as the client
 * package ships them; fields that the server does not know are skipped, as Protocol Buffers ask.
 */

/** Calls `field` for each field of the message; it must consume the field's value or answer false to have it skipped. */
export function readMessage(reader: Reader, length: number, field: (id: number) => boolean | void): void {
  const end = reader.pos + length;
  if (end > reader.len) throw new RangeError('a message longer than its frame');
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (field(tag >>> 3) === false) reader.skipType(tag & 7);
  }
}

export function readEmbedded(reader: Reader, field: (id: number) => boolean | void): void {
  readMessage(reader, reader.uint32(), field);
}

export const skipEmbedded = (reader: Reader): void => {
  reader.skip(reader.uint32());
};

/** A uint64 as a number, or as a bigint where it is beyond the safe integers. */
export function readUint64(reader: Reader): number | bigint {
  const { low: signedLow, high: signedHigh } = reader.uint64();
  const low = signedLow >>> 0;
  const high = signedHigh >>> 0;
  return high < 0x200000 ? high * 0x100000000 + low : (BigInt(high) << 32n) | BigInt(low);
}

export function readInt64(reader: Reader): number {
  const { low, high } = reader.int64();
  return high * 0x100000000 + (low >>> 0);
}

export function readBytes(reader: Reader): Buffer {
  const bytes = reader.bytes();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** `StreamIdentifier`: the name as bytes. */
export function readStreamName(reader: Reader): string {
  let name = '';
  readEmbedded(reader, (id) => {
    if (id !== 3) return false;
    name = readBytes(reader).toString('utf8');
    return true;
  });
  return name;
}

/** `UUID` in either of its forms, as 16 bytes; undefined where its text is no UUID. */
export function readUuid(reader: Reader): Buffer | undefined {
  let uuid: Buffer | undefined;
  readEmbedded(reader, (id) => {
    if (id === 1) uuid = readStructuredUuid(reader);
    else if (id === 2) uuid = parseEventIdBytes(reader.bytes());
    else return false;
    return true;
  });
  return uuid;
}

function readStructuredUuid(reader: Reader): Buffer {
  const uuid = Buffer.alloc(16);
  readEmbedded(reader, (id) => {
    if (id !== 1 && id !== 2) return false;
    const { high, low } = reader.int64();
    const at = uuid.writeInt32BE(high | 0, id === 1 ? 0 : 8);
    uuid.writeInt32BE(low | 0, at);
    return true;
  });
  return uuid;
}

export function writeUuid(writer: Writer, field: number, id: Buffer): Writer {
  return writer
    .uint32((field << 3) | 2)
    .fork()
    .uint32(0x12)
    .string(formatEventId(id))
    .ldelim();
}

export function writeEmpty(writer: Writer, field: number): Writer {
  return writer.uint32((field << 3) | 2).uint32(0);
}

export function writeStreamName(writer: Writer, field: number, name: string): Writer {
  return writer
    .uint32((field << 3) | 2)
    .fork()
    .uint32(0x1a)
    .bytes(Buffer.from(name, 'utf8'))
    .ldelim();
}

/** Also for revisions and positions of 64 bits. */
export function writeUint64(writer: Writer, field: number, value: number | bigint): Writer {
  writer.uint32(field << 3);
  return writer.uint64(typeof value === 'number' ? value : value.toString());
}
