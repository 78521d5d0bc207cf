import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Reader } from 'protobufjs/minimal';
import { StreamReader } from '../streams/reader';
import { PersistentSubscriptions } from '../streams/persistent/subsystem';
import { serverStream, unary } from './grpc/methods';
import { Method } from './grpc/server';
import { Code, GrpcError } from './grpc/status';
import { readEmbedded, readMessage, readUint64 } from './wire/fields';
import { encodeClusterInfo, encodeStats } from './wire/info';

type Methods = Readonly<Record<string, Method>>;

/** Where clients are told to reach this node. */
export interface Advertised {
  /** Undefined for the address that the asking client has reached. */
  readonly address: string | undefined;
  /** Known once the server listens. */
  readonly port: () => number;
}

const TICKS_PER_MS = 10_000n;
const EMPTY = Buffer.alloc(0);
const nothing = unary(() => EMPTY);

/** Gossip, to clients and to nodes: there is this one node, and it leads. Elections have nothing to decide. */
export function clusterMethods({ address, port }: Advertised): {
  readonly client: Methods;
  readonly gossip: Methods;
  readonly elections: Methods;
} {
  const instanceId = randomBytes(16);
  const read = unary((_message, call) =>
    encodeClusterInfo({ instanceId, address: address ?? call.localAddress, port: port(), ticks: BigInt(Date.now()) * TICKS_PER_MS }),
  );
  const elections = [
    'ViewChange',
    'ViewChangeProof',
    'Prepare',
    'PrepareOk',
    'Proposal',
    'Accept',
    'LeaderIsResigning',
    'LeaderIsResigningOk',
  ];
  return {
    client: { Read: read },
    gossip: { Read: read, Update: read },
    elections: Object.fromEntries(elections.map((name) => [name, nothing])),
  };
}

/** What an operator of a single node may ask. Stopping and compacting are done at the machine, not by whoever reaches the port. */
export function operationMethods(persistent: PersistentSubscriptions): Methods {
  const atTheMachine = unary(() => {
    throw new GrpcError(Code.UNIMPLEMENTED, 'The embedded log is stopped and compacted on its own machine.');
  });
  return {
    StartScavenge: atTheMachine,
    StopScavenge: unary((message) => {
      const id = scavengeId(message);
      throw new GrpcError(Code.NOT_FOUND, `Scavenge ${id} not found.`, { exception: 'scavenge-not-found', 'scavenge-id': id });
    }),
    Shutdown: atTheMachine,
    MergeIndexes: nothing,
    ResignNode: nothing,
    SetNodePriority: nothing,
    RestartPersistentSubscriptions: unary(() => {
      persistent.restart();
      return EMPTY;
    }),
  };
}

function scavengeId(message: Buffer): string {
  const reader = Reader.create(message);
  let id = '';
  readMessage(reader, reader.len, (field) => {
    if (field !== 1) return false;
    readEmbedded(reader, (inner) => {
      if (inner !== 1) return false;
      id = reader.string();
      return true;
    });
    return true;
  });
  return id;
}

/** `Monitoring.Stats`: a few figures of the process and the log, again and again until the client has enough. */
export function monitoringMethods(reader: StreamReader): Methods {
  return {
    Stats: serverStream(async (message, call) => {
      const period = refreshPeriod(message);
      const gone = new AbortController();
      call.onClose(() => gone.abort());
      while (!call.closed) {
        call.send(encodeStats(stats(reader)));
        await call.writable();
        await delay(period, undefined, { signal: gone.signal }).catch(() => undefined);
      }
    }),
  };
}

function refreshPeriod(message: Buffer): number {
  const reader = Reader.create(message);
  let period = 0;
  readMessage(reader, reader.len, (field) => {
    if (field !== 4) return false;
    period = Number(readUint64(reader));
    return true;
  });
  return Math.min(Math.max(period, 100), 2_147_483_647);
}

function stats(reader: StreamReader): Readonly<Record<string, string>> {
  const { user, system } = process.cpuUsage();
  return {
    'proc-id': String(process.pid),
    'proc-mem': String(process.memoryUsage.rss()),
    'proc-cpu': String((user + system) / 1e6),
    'proc-startTime': new Date(Date.now() - process.uptime() * 1000).toISOString(),
    'es-checkpoint': String(reader.end),
  };
}
