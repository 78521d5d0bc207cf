import { CreateReq, DeleteReq, GetInfoReq, ListReq, ReplayParkedReq, UpdateReq } from '@eventstore/db-client/generated/persistent_pb';
import { Reader } from 'protobufjs/minimal';
import { FilterRule } from '../../streams/filter';
import { ALL, GroupSettings, STRATEGIES, Strategy } from '../../streams/persistent/config';
import { readEmbedded, readMessage, readStreamName, readUuid, skipEmbedded } from './fields';
import { readUuidOption } from './read-requests';

/**
 * Requests of persistent subscriptions. Those that change or describe groups are rare and read with the client package's own message
 * classes; what a consumer sends while it reads is read by hand.
 */

/** Names a group. `source` is a stream or `$all`. */
export interface GroupName {
  readonly source: string;
  readonly group: string;
}

export interface GroupRequest extends GroupName {
  /** `$all` itself, and not a stream that somebody calls so. */
  readonly toAll: boolean;
  readonly start: GroupStart;
  readonly filter: FilterRule | undefined;
  readonly settings: Omit<GroupSettings, 'strategy'>;
  /** As the client names it; the server may not have it. */
  readonly strategy: string;
}

export type GroupStart = { readonly commit: string; readonly prepare: string } | { readonly revision: string } | 'start' | 'end';

const TICKS_PER_MS = 10_000;
/** 2^64-1 */
const END_REVISION = '18446744073709551615';

export function decodeCreate(message: Uint8Array): GroupRequest {
  const options = CreateReq.deserializeBinary(message).getOptions() ?? new CreateReq.Options();
  const filter = options.getAll()?.getFilter();
  const expression = filter?.getStreamIdentifier() ?? filter?.getEventType();
  return {
    ...groupOptions(options),
    filter: expression && {
      on: filter?.getStreamIdentifier() ? 'stream' : 'type',
      regex: expression.getRegex(),
      prefixes: expression.getPrefixList(),
    },
  };
}

export function decodeUpdate(message: Uint8Array): GroupRequest {
  return { ...groupOptions(UpdateReq.deserializeBinary(message).getOptions() ?? new UpdateReq.Options()), filter: undefined };
}

function groupOptions(options: CreateReq.Options | UpdateReq.Options): Omit<GroupRequest, 'filter'> {
  const settings = options.getSettings() ?? new CreateReq.Settings();
  const stream = options.getStream();
  const named = stream?.getStreamIdentifier() ?? options.getStreamIdentifier();
  return {
    source: options.hasAll() ? ALL : nameOf(named?.getStreamName_asU8()),
    toAll: options.hasAll(),
    group: options.getGroupName(),
    start: options.hasAll() ? allStart(options.getAll()) : stream ? streamStart(stream) : legacyStart(settings),
    strategy: strategyName(settings),
    settings: {
      resolveLinks: settings.getResolveLinks(),
      extraStatistics: settings.getExtraStatistics(),
      messageTimeoutMs: settings.hasMessageTimeoutMs()
        ? settings.getMessageTimeoutMs()
        : Number(settings.getMessageTimeoutTicks()) / TICKS_PER_MS,
      maxRetryCount: settings.getMaxRetryCount(),
      checkpointAfterMs: settings.hasCheckpointAfterMs()
        ? settings.getCheckpointAfterMs()
        : Number(settings.getCheckpointAfterTicks()) / TICKS_PER_MS,
      minCheckpointCount: settings.getMinCheckpointCount(),
      maxCheckpointCount: settings.getMaxCheckpointCount(),
      maxSubscriberCount: settings.getMaxSubscriberCount(),
      liveBufferSize: settings.getLiveBufferSize(),
      readBatchSize: settings.getReadBatchSize(),
      historyBufferSize: settings.getHistoryBufferSize(),
    },
  };
}

/** The name in the newer field, or the strategy of the older, numbered one. */
function strategyName(settings: CreateReq.Settings | UpdateReq.Settings): string {
  const name = settings instanceof CreateReq.Settings ? settings.getConsumerStrategy() : '';
  return name === '' ? (STRATEGIES[settings.getNamedConsumerStrategy()] ?? '') : name;
}

export const isStrategy = (name: string): name is Strategy => STRATEGIES.some((strategy) => strategy === name);

function streamStart(stream: CreateReq.StreamOptions | UpdateReq.StreamOptions): GroupStart {
  if (stream.hasRevision()) return { revision: stream.getRevision() };
  return stream.hasEnd() ? 'end' : 'start';
}

/** Where the stream is named by the older field, as the client still does, its start stands among the settings. */
function legacyStart(settings: CreateReq.Settings | UpdateReq.Settings): GroupStart {
  const revision = settings.getRevision();
  return revision === END_REVISION ? 'end' : { revision };
}

function allStart(all: CreateReq.AllOptions | UpdateReq.AllOptions | undefined): GroupStart {
  const position = all?.getPosition();
  if (position) return { commit: position.getCommitPosition(), prepare: position.getPreparePosition() };
  return all?.hasEnd() ? 'end' : 'start';
}

export function decodeDelete(message: Uint8Array): GroupName {
  const options = DeleteReq.deserializeBinary(message).getOptions();
  return { source: named(options), group: options?.getGroupName() ?? '' };
}

export function decodeGetInfo(message: Uint8Array): GroupName {
  const options = GetInfoReq.deserializeBinary(message).getOptions();
  return { source: named(options), group: options?.getGroupName() ?? '' };
}

/** `stopAt` undefined for all that is parked. */
export function decodeReplayParked(message: Uint8Array): GroupName & { readonly stopAt: number | undefined } {
  const options = ReplayParkedReq.deserializeBinary(message).getOptions();
  return {
    source: named(options),
    group: options?.getGroupName() ?? '',
    stopAt: options?.hasStopAt() ? Number(options.getStopAt()) : undefined,
  };
}

/** Undefined for the groups of every source. */
export function decodeList(message: Uint8Array): string | undefined {
  const options = ListReq.deserializeBinary(message).getOptions();
  const listed = options?.getListForStream();
  if (!listed || options?.hasListAllSubscriptions()) return undefined;
  return listed.hasAll() ? ALL : nameOf(listed.getStream()?.getStreamName_asU8());
}

function named(options: DeleteReq.Options | GetInfoReq.Options | ReplayParkedReq.Options | undefined): string {
  return options?.hasAll() ? ALL : nameOf(options?.getStreamIdentifier()?.getStreamName_asU8());
}

const nameOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('utf8');

export type ConsumerRequest =
  | (GroupName & { readonly kind: 'connect'; readonly bufferSize: number; readonly structuredIds: boolean })
  | { readonly kind: 'ack'; readonly ids: readonly string[] }
  | { readonly kind: 'nack'; readonly ids: readonly string[]; readonly action: number; readonly reason: string };

/** `ReadReq`: first who reads what, then acknowledgements. */
export function decodeConsumerRequest(message: Buffer): ConsumerRequest | undefined {
  const reader = Reader.create(message);
  let request: ConsumerRequest | undefined;
  readMessage(reader, reader.len, (id) => {
    if (id === 1) request = readConnect(reader);
    else if (id === 2) request = { kind: 'ack', ids: readAcknowledgement(reader).ids };
    else if (id === 3) request = { kind: 'nack', ...readAcknowledgement(reader) };
    else return false;
    return true;
  });
  return request;
}

function readConnect(reader: Reader): ConsumerRequest {
  let source = '';
  let group = '';
  let bufferSize = 0;
  let structuredIds = true;
  readEmbedded(reader, (id) => {
    if (id === 1) source = readStreamName(reader);
    else if (id === 2) group = reader.string();
    else if (id === 3) bufferSize = reader.int32();
    else if (id === 4) structuredIds = readUuidOption(reader);
    else if (id === 5) {
      skipEmbedded(reader);
      source = ALL;
    } else return false;
    return true;
  });
  return { kind: 'connect', source, group, bufferSize, structuredIds };
}

function readAcknowledgement(reader: Reader): { ids: string[]; action: number; reason: string } {
  const ids: string[] = [];
  let action = 0;
  let reason = '';
  readEmbedded(reader, (id) => {
    if (id === 2) {
      const uuid = readUuid(reader);
      if (uuid) ids.push(uuid.toString('latin1'));
    } else if (id === 3) action = reader.int32();
    else if (id === 4) reason = reader.string();
    else return false;
    return true;
  });
  return { ids, action, reason };
}
