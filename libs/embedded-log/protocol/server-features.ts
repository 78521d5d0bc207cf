import { unary } from './grpc/methods';
import { Method } from './grpc/server';
import { encodeSupportedMethods } from './wire/info';

/** The version that the server gives itself: the EventStoreDB whose behaviour it has. */
export const SERVER_VERSION = '24.6.0';

const STREAMS = 'event_store.client.streams.streams';
const PERSISTENT = 'event_store.client.persistent_subscriptions.persistentsubscriptions';

/** What a method can do beyond its first version; clients choose their calls by it. */
const FEATURES: Readonly<Record<string, readonly string[]>> = {
  [`/${STREAMS}/read`]: ['position', 'events'],
  [`/${STREAMS}/batchappend`]: ['deadline_duration'],
  ...Object.fromEntries(
    ['create', 'update', 'delete', 'read', 'getinfo', 'replayparked', 'list'].map((method) => [
      `/${PERSISTENT}/${method}`,
      ['stream', 'all'],
    ]),
  ),
};

/** `ServerFeatures.GetSupportedMethods` of the methods that the server has. Names are in lower case. */
export function serverFeaturesMethod(methods: ReadonlyMap<string, Method>): Method {
  return unary(() => {
    const supported = [...methods.keys()].map((path) => {
      const [, service = '', method = ''] = path.split('/');
      return { service, method, features: FEATURES[path] ?? [] };
    });
    return encodeSupportedMethods(supported, SERVER_VERSION);
  });
}
