import { LogEngine } from '../engine/contract';
import { CommitFeed } from '../streams/commit-feed';
import { beginLog } from '../streams/first-event';
import { MetadataViews } from '../streams/metadata-views';
import { PersistentSubscriptions } from '../streams/persistent/subsystem';
import { StreamReader } from '../streams/reader';
import { StreamWriter } from '../streams/writer';
import { appendMethod, deleteMethod } from './append-service';
import { batchAppendMethod } from './batch-append-service';
import { Method } from './grpc/server';
import { Advertised, clusterMethods, monitoringMethods, operationMethods } from './node-services';
import { persistentMethods } from './persistent-service';
import { readMethod } from './read-service';
import { serverFeaturesMethod } from './server-features';

/** The layers between the engine and the wire, opened on one engine. */
export interface Services {
  readonly methods: ReadonlyMap<string, Method>;
  /** Settles when everything acknowledged or under way is on disk. */
  idle(): Promise<void>;
  close(): void;
}

export async function openServices(engine: LogEngine, advertised: Advertised, report: (message: string) => void): Promise<Services> {
  const metadata = new MetadataViews(engine);
  const feed = new CommitFeed(engine);
  const reader = new StreamReader(engine, metadata);
  const writer = new StreamWriter(engine, metadata, reader);
  await beginLog(writer, reader);
  const persistent = new PersistentSubscriptions({ reader, writer, feed, report });
  const methods = new Map<string, Method>();
  const serve = (service: string, named: Readonly<Record<string, Method>>): void => {
    for (const [name, method] of Object.entries(named)) methods.set(`/event_store.${service}/${name}`.toLowerCase(), method);
  };
  serve('client.streams.Streams', {
    Read: readMethod({ engine, reader, feed }),
    Append: appendMethod(writer),
    BatchAppend: batchAppendMethod(writer),
    Delete: deleteMethod((stream, expected) => writer.softDelete(stream, expected)),
    Tombstone: deleteMethod((stream, expected) => writer.tombstone(stream, expected)),
  });
  serve('client.persistent_subscriptions.PersistentSubscriptions', persistentMethods(persistent));
  const { client, gossip, elections } = clusterMethods(advertised);
  serve('client.gossip.Gossip', client);
  serve('client.operations.Operations', operationMethods(persistent));
  serve('client.monitoring.Monitoring', monitoringMethods(reader));
  serve('cluster.Gossip', gossip);
  serve('cluster.Elections', elections);
  serve('client.server_features.ServerFeatures', { GetSupportedMethods: serverFeaturesMethod(methods) });
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
