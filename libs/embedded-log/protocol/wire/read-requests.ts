import { Reader } from 'protobufjs/minimal';
import { FilterRule } from '../../streams/filter';
import { readEmbedded, readMessage, readStreamName, readUint64, skipEmbedded } from './fields';

/** Where a read or a subscription begins. */
export type ReadStart =
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'revision'; readonly revision: number | bigint }
  | { readonly kind: 'position'; readonly commit: number | bigint; readonly prepare: number | bigint };

export interface FilterRequest {
  /** Undefined where the filter names neither streams nor types. */
  readonly rule: FilterRule | undefined;
  /** Events to look at before giving up (or giving a checkpoint); undefined for the server's own measure. */
  readonly maxSearchWindow: number | undefined;
  readonly checkpointIntervalMultiplier: number;
}

export interface ReadRequest {
  /** Undefined for `$all`. */
  readonly stream: string | undefined;
  readonly start: ReadStart;
  readonly backwards: boolean;
  readonly resolveLinks: boolean;
  /** Undefined for a subscription. */
  readonly count: number | bigint | undefined;
  readonly filter: FilterRequest | undefined;
  /** Ids as two integers in place of text. */
  readonly structuredIds: boolean;
}

export function decodeReadRequest(message: Buffer): ReadRequest {
  const reader = Reader.create(message);
  const request: { -readonly [K in keyof ReadRequest]: ReadRequest[K] } = {
    stream: undefined,
    start: { kind: 'start' },
    backwards: false,
    resolveLinks: false,
    count: undefined,
    filter: undefined,
    structuredIds: true,
  };
  readMessage(reader, reader.len, (field) => {
    if (field !== 1) return false;
    readEmbedded(reader, (id) => {
      if (id === 1) Object.assign(request, readStreamOptions(reader));
      else if (id === 2) request.start = readAllStart(reader);
      else if (id === 3) request.backwards = reader.int32() === 1;
      else if (id === 4) request.resolveLinks = reader.bool();
      else if (id === 5) request.count = readUint64(reader);
      else if (id === 6) skipEmbedded(reader);
      else if (id === 7) request.filter = readFilter(reader);
      else if (id === 9) request.structuredIds = readUuidOption(reader);
      else return false;
      return true;
    });
    return true;
  });
  return request;
}

/** `StreamOptions` of reads and of persistent subscriptions. */
export function readStreamOptions(reader: Reader): { stream: string; start: ReadStart } {
  let stream = '';
  let start: ReadStart = { kind: 'start' };
  readEmbedded(reader, (id) => {
    if (id === 1) stream = readStreamName(reader);
    else if (id === 2) start = { kind: 'revision', revision: readUint64(reader) };
    else if (id === 3 || id === 4) {
      skipEmbedded(reader);
      start = { kind: id === 3 ? 'start' : 'end' };
    } else return false;
    return true;
  });
  return { stream, start };
}

function readAllStart(reader: Reader): ReadStart {
  let start: ReadStart = { kind: 'start' };
  readEmbedded(reader, (id) => {
    start = readAllStartField(reader, id) ?? start;
    return id <= 3;
  });
  return start;
}

/** The oneof of `AllOptions`: 1 position, 2 start, 3 end. Undefined for other fields, which are not consumed. */
export function readAllStartField(reader: Reader, id: number): ReadStart | undefined {
  if (id === 1) return readPosition(reader);
  if (id !== 2 && id !== 3) return undefined;
  skipEmbedded(reader);
  return { kind: id === 2 ? 'start' : 'end' };
}

function readPosition(reader: Reader): ReadStart {
  let commit: number | bigint = 0;
  let prepare: number | bigint = 0;
  readEmbedded(reader, (id) => {
    if (id === 1) commit = readUint64(reader);
    else if (id === 2) prepare = readUint64(reader);
    else return false;
    return true;
  });
  return { kind: 'position', commit, prepare };
}

export function readFilter(reader: Reader): FilterRequest {
  let rule: FilterRule | undefined;
  let maxSearchWindow: number | undefined;
  let checkpointIntervalMultiplier = 0;
  readEmbedded(reader, (id) => {
    if (id === 1 || id === 2) rule = { on: id === 1 ? 'stream' : 'type', ...readExpression(reader) };
    else if (id === 3) maxSearchWindow = reader.uint32();
    else if (id === 4) {
      skipEmbedded(reader);
      maxSearchWindow = undefined;
    } else if (id === 5) checkpointIntervalMultiplier = reader.uint32();
    else return false;
    return true;
  });
  return { rule, maxSearchWindow, checkpointIntervalMultiplier };
}

function readExpression(reader: Reader): { regex: string; prefixes: string[] } {
  const expression = { regex: '', prefixes: [] as string[] };
  readEmbedded(reader, (id) => {
    if (id === 1) expression.regex = reader.string();
    else if (id === 2) expression.prefixes.push(reader.string());
    else return false;
    return true;
  });
  return expression;
}

/** True where ids are wanted as two integers. */
export function readUuidOption(reader: Reader): boolean {
  let structured = true;
  readEmbedded(reader, (id) => {
    skipEmbedded(reader);
    structured = id !== 2;
    return true;
  });
  return structured;
}
