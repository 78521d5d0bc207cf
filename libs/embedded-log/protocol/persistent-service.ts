import { randomUUID } from 'node:crypto';
import { ALL, GroupConfig, GroupSource } from '../streams/persistent/config';
import { Consumer } from '../streams/persistent/consumer';
import { NackAction, PersistentGroup } from '../streams/persistent/group';
import { PersistentSubscriptions } from '../streams/persistent/subsystem';
import { compileFilter } from '../streams/filter';
import { Call } from './grpc/call';
import { unary } from './grpc/methods';
import { Method } from './grpc/server';
import { Code, GrpcError, handlerThrew } from './grpc/status';
import { doesNotExist, dropped, exists, failed, maximumSubscribersReached } from './persistent-errors';
import { frameEvents } from './wire/event-frames';
import {
  ConsumerRequest,
  GroupName,
  GroupRequest,
  decodeConsumerRequest,
  decodeCreate,
  decodeDelete,
  decodeGetInfo,
  decodeList,
  decodeReplayParked,
  decodeUpdate,
  isStrategy,
} from './wire/persistent-requests';
import { encodeInfo, encodeList, frameConsumerConfirmation } from './wire/persistent-responses';

const EMPTY = Buffer.alloc(0);
const INT64_MAX = 2n ** 63n - 1n;
const NACK_ACTIONS: readonly NackAction[] = ['retry', 'park', 'retry', 'skip', 'stop'];

/** `PersistentSubscriptions`: groups are made, changed, described and read from. */
export function persistentMethods(groups: PersistentSubscriptions): Readonly<Record<string, Method>> {
  const find = (name: GroupName): PersistentGroup => {
    const group = groups.find(name.source, name.group);
    if (!group) throw doesNotExist(name);
    return group;
  };
  return {
    Create: unary(async (message) => {
      const request = decodeCreate(message);
      if (groups.find(request.source, request.group)) throw exists(request);
      await groups.create(configOf(request, sourceOf(request)));
      return EMPTY;
    }),
    Update: unary(async (message) => {
      const request = decodeUpdate(message);
      const group = find(request);
      await groups.update(group, configOf(request, group.config.source));
      return EMPTY;
    }),
    Delete: unary(async (message) => {
      await groups.delete(find(decodeDelete(message)));
      return EMPTY;
    }),
    GetInfo: unary((message) => encodeInfo(find(decodeGetInfo(message)))),
    List: unary((message) => {
      const source = decodeList(message);
      const listed = groups.list(source);
      if (source !== undefined && listed.length === 0) throw doesNotExist({ source, group: '' });
      return encodeList(listed);
    }),
    ReplayParked: unary((message) => {
      const request = decodeReplayParked(message);
      const group = find(request);
      if ((request.stopAt ?? 0) < 0) throw failed(request, 'Cannot stop replaying parked message at a negative version.');
      group.replayParked(request.stopAt ?? Infinity);
      return EMPTY;
    }),
    RestartSubsystem: unary(() => {
      groups.restart();
      return EMPTY;
    }),
    Read: consumerMethod(find),
  };
}

function sourceOf({ source, toAll, filter }: GroupRequest): GroupSource {
  if (source === '') throw handlerThrew('streamName must not be empty.');
  if (!toAll && source === ALL) throw handlerThrew('a stream is not called $all.');
  if (!toAll) return { kind: 'stream', stream: source };
  if (filter) compile(filter);
  return { kind: 'all', filter };
}

function compile(filter: NonNullable<GroupRequest['filter']>): void {
  try {
    compileFilter(filter);
  } catch (error) {
    throw error instanceof SyntaxError ? handlerThrew(error.message) : error;
  }
}

function configOf(request: GroupRequest, source: GroupSource): GroupConfig {
  const { group, settings, strategy } = request;
  if (settings.readBatchSize >= settings.historyBufferSize) {
    throw failed(request, outOfRange('ReadBatchSize may not be greater than or equal to BufferSize'));
  }
  if (!isStrategy(strategy)) throw failed(request, `Consumer strategy ${strategy} does not exist.`);
  return { source, group, start: startOf(request), settings: { ...settings, strategy } };
}

function startOf({ start }: GroupRequest): number | 'end' {
  if (start === 'start') return 0;
  if (start === 'end') return 'end';
  const at = BigInt('revision' in start ? start.revision : start.commit);
  if (at > INT64_MAX) throw handlerThrew('the start is beyond int64.');
  if ('prepare' in start && BigInt(start.prepare) > at) throw handlerThrew('The commit position cannot be less than the prepare position');
  return Number(at);
}

/** A consumer connects, and acknowledges what it gets on the same call. */
function consumerMethod(find: (name: GroupName) => PersistentGroup): Method {
  return (call) => {
    let connected: { readonly group: PersistentGroup; readonly consumer: Consumer } | undefined;
    call.onMessage((message) => {
      const request = decodeConsumerRequest(message);
      if (request?.kind === 'connect' && !connected) connected = connect(find(request), request, call);
      else if (request && request.kind !== 'connect' && connected) acknowledge(connected.group, request);
      else throw new GrpcError(Code.INVALID_ARGUMENT, 'a consumer connects once, and then acknowledges');
    });
    call.onHalfClose(() => call.end());
  };
}

function connect(
  group: PersistentGroup,
  name: Extract<ConsumerRequest, { kind: 'connect' }>,
  call: Call,
): { group: PersistentGroup; consumer: Consumer } {
  if (name.bufferSize <= 0) throw handlerThrew('bufferSize must be positive.');
  if (group.full) throw maximumSubscribersReached(name);
  call.sendFramed(frameConsumerConfirmation(randomUUID()));
  const consumer = group.connect({
    // Without authentication the server acts for its own system user.
    username: 'system',
    connectionName: String(call.headers['connection-name'] ?? ''),
    from: call.peer,
    bufferSize: name.bufferSize,
    deliver: ({ resolved, retryCount }) => call.sendFramed(frameEvents([{ resolved, retryCount }], name.structuredIds)),
    writable: () => call.writable(),
    drop: () => call.fail(dropped(name)),
  });
  call.onClose(() => group.disconnect(consumer));
  return { group, consumer };
}

function acknowledge(group: PersistentGroup, request: Exclude<ConsumerRequest, { kind: 'connect' }>): void {
  if (request.kind === 'ack') group.acknowledge(request.ids);
  else group.negativelyAcknowledge(request.ids, NACK_ACTIONS[request.action] ?? 'retry', request.reason);
}

const outOfRange = (parameter: string): string => `Specified argument was out of the range of valid values. (Parameter '${parameter}')`;
