import { randomBytes } from 'node:crypto';
import { LogEngine } from '../engine/contract';
import { CommitFeed } from '../streams/commit-feed';
import { MetadataViews } from '../streams/metadata-views';
import { PersistentSubscriptions } from '../streams/persistent/subsystem';
import { StreamReader } from '../streams/reader';
import { StreamWriter } from '../streams/writer';
import { appendMethod, deleteMethod } from './append-service';
import { batchAppendMethod } from './batch-append-service';
import { unary } from './grpc/methods';
import { Method } from './grpc/server';
import { persistentMethods } from './persistent-service';
import { readMethod } from './read-service';
import { serverFeaturesMethod } from './server-features';
import { encodeClusterInfo } from './wire/info';

/** The layers between the engine and the wire, opened on one engine. */
export interface Services {
  readonly methods: ReadonlyMap<string, Method>;
  /** Settles when everything acknowledged or under way is on disk. */
  idle(): Promise<void>;
  close(): void;
}

/** The address that clients are told to reach this node at. */
export interface Advertised {
  readonly address: string;
  /** Known once the server listens. */
  readonly port: () => number;
}

const TICKS_PER_MS = 10_000n;

export function openServices(engine: LogEngine, advertised: Advertised): Services {
  const metadata = new MetadataViews(engine);
  const feed = new CommitFeed(engine);
  const reader = new StreamReader(engine, metadata);
  const writer = new StreamWriter(engine, metadata, reader);
  const persistent = new PersistentSubscriptions({ reader, writer, feed });
  const methods = new Map<string, Method>();
  const serve = (service: string, named: Readonly<Record<string, Method>>): void => {
    for (const [name, method] of Object.entries(named)) methods.set(`/event_store.client.${service}/${name}`.toLowerCase(), method);
  };
  serve('streams.Streams', {
    Read: readMethod({ engine, reader, feed }),
    Append: appendMethod(writer),
    BatchAppend: batchAppendMethod(writer),
    Delete: deleteMethod((stream, expected) => writer.softDelete(stream, expected)),
    Tombstone: deleteMethod((stream, expected) => writer.tombstone(stream, expected)),
  });
  serve('persistent_subscriptions.PersistentSubscriptions', persistentMethods(persistent));
  serve('gossip.Gossip', { Read: gossipMethod(advertised) });
  serve('server_features.ServerFeatures', { GetSupportedMethods: serverFeaturesMethod(methods) });
  return {
    methods,
    idle: () => writer.idle(),
    close() {
      persistent.close();
      feed.close();
      metadata.close();
    },
  };
}

function gossipMethod({ address, port }: Advertised): Method {
  const instanceId = randomBytes(16);
  return unary(() => encodeClusterInfo({ instanceId, address, port: port(), ticks: BigInt(Date.now()) * TICKS_PER_MS }));
}
