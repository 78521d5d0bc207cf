import { original, ResolvedRecord } from '../../streams/resolved-record';
import { StoredRecord } from '../../engine/contract';
import { withPosition } from '../../streams/stored-event';
import { varintSize, writeVarint } from '../../streams/varint';
import { FRAME_HEADER, writeFrameHeader } from '../grpc/framing';

/**
 * The answers that carry events, framed, in one buffer for many: `ReadResp { event { event, link, commit_position } }`. What the engine
 * stored is the encoded event, so it is copied into its frame and no more. The persistent subscriptions' answer has the same fields,
 * and a retry count.
 */
export interface EventToSend {
  readonly resolved: ResolvedRecord;
  /** Only in persistent subscriptions, where the event behind a link also carries the link's position: deliveries before this one. */
  readonly retryCount?: number;
}

/** Length of the text form of an id, the first field of every stored event. */
const TEXT_ID_FIELD = 40;
const NO_RETRY_COUNT = Buffer.from([0x32, 0x00]);

export function frameEvents(events: readonly EventToSend[], structuredIds: boolean): Buffer {
  const laidOut = events.map((event) => layOut(event, structuredIds));
  const out = Buffer.allocUnsafe(laidOut.reduce((sum, { total }) => sum + total, 0));
  let at = 0;
  for (const layout of laidOut) at = writeLayout(out, at, layout);
  return out;
}

interface Layout {
  readonly event: Buffer | undefined;
  readonly link: Buffer | undefined;
  readonly position: number;
  readonly retryCount: number | undefined;
  readonly content: number;
  readonly total: number;
}

function layOut({ resolved, retryCount }: EventToSend, structuredIds: boolean): Layout {
  const { position } = original(resolved);
  const link = resolved.link && payloadOf(resolved.link, structuredIds);
  const moved = retryCount !== undefined && resolved.link && resolved.event ? atPosition(resolved.event, position) : resolved.event;
  const event = moved && payloadOf(moved, structuredIds);
  const content =
    embeddedSize(event) + embeddedSize(link) + 1 + varintSize(position) + (retryCount === undefined ? 0 : retryCountSize(retryCount));
  const message = 1 + varintSize(content) + content;
  return { event, link, position, retryCount, content, total: FRAME_HEADER + message };
}

function writeLayout(out: Buffer, start: number, { event, link, position, retryCount, content, total }: Layout): number {
  let at = writeFrameHeader(out, start, total - FRAME_HEADER);
  out[at++] = 0x0a;
  at = writeVarint(out, at, content);
  if (event) at = writeEmbedded(out, at, 0x0a, event);
  if (link) at = writeEmbedded(out, at, 0x12, link);
  out[at++] = 0x18;
  at = writeVarint(out, at, position);
  if (retryCount === 0) return at + NO_RETRY_COUNT.copy(out, at);
  if (retryCount === undefined) return at;
  out[at++] = 0x28;
  return writeVarint(out, at, retryCount);
}

const embeddedSize = (bytes: Buffer | undefined): number => (bytes ? 1 + varintSize(bytes.length) + bytes.length : 0);
const retryCountSize = (count: number): number => (count === 0 ? NO_RETRY_COUNT.length : 1 + varintSize(count));

function writeEmbedded(out: Buffer, at: number, tag: number, bytes: Buffer): number {
  out[at++] = tag;
  at = writeVarint(out, at, bytes.length);
  return at + bytes.copy(out, at);
}

/** The record with another position in its payload. */
function atPosition(record: StoredRecord, position: number): StoredRecord {
  return { ...record, payload: withPosition(record.payload, position) };
}

function payloadOf({ payload, eventId }: StoredRecord, structuredIds: boolean): Buffer {
  return structuredIds ? Buffer.concat([structuredId(eventId), payload.subarray(TEXT_ID_FIELD)]) : payload;
}

/** `UUID { structured { most, least significant bits } }`: each half of the id as an int64. */
function structuredId(id: Buffer): Buffer {
  const bits = Buffer.concat([int64Field(0x08, id.readBigUInt64BE(0)), int64Field(0x10, id.readBigUInt64BE(8))]);
  return Buffer.concat([Buffer.from([0x0a, bits.length + 2, 0x0a, bits.length]), bits]);
}

function int64Field(tag: number, value: bigint): Buffer {
  const bytes = [tag];
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
