import { readFileSync, rmSync, mkdtempSync } from 'node:fs';
import { request } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ANY,
  BACKWARDS,
  END,
  EventStoreDBClient,
  START,
  jsonEvent,
  persistentSubscriptionToStreamSettingsFromDefaults,
} from '@eventstore/db-client';
import { EmbeddedLog, EmbeddedLogOptions, startEmbeddedLog } from '.';

const KEY = join(__dirname, 'testing', 'localhost-key.pem');
const CERT = join(__dirname, 'testing', 'localhost-cert.pem');
const credentials = { username: 'operator', password: 'a secret: with a colon' };

let folder: string;
const opened: (() => Promise<unknown>)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hjemmel-embedded-log-'));
});

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(options: Partial<EmbeddedLogOptions> = {}): Promise<EmbeddedLog> {
  const log = await startEmbeddedLog({ folder, ...options });
  opened.push(() => log.close());
  return log;
}

function clientOf(connectionString: string): EventStoreDBClient {
  const client = EventStoreDBClient.connectionString(connectionString);
  opened.push(() => client.dispose());
  return client;
}

const event = (n: number) => jsonEvent({ type: 'Tested', data: { n } });

async function read(client: EventStoreDBClient, stream: string): Promise<unknown[]> {
  const data: unknown[] = [];
  for await (const { event: recorded } of client.readStream(stream)) data.push(recorded?.data);
  return data;
}

describe('the port', () => {
  it('answers GET /ping in HTTP/1.1 and in h2c beside gRPC', async () => {
    const log = await start();
    const overHttp1 = await new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      request({ host: '127.0.0.1', port: log.port, path: '/ping' }, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode, body }));
      })
        .on('error', reject)
        .end();
    });
    expect(overHttp1).toEqual({ status: 200, body: '{"text":"Ping request successfully handled"}' });

    const session = connectHttp2(`http://127.0.0.1:${log.port}`);
    const [headers] = (await once(session.request({ ':path': '/ping' }), 'response')) as [{ ':status': number }];
    expect(headers[':status']).toBe(200);
    session.close();

    expect(await clientOf(log.connectionString).appendToStream('s', event(1))).toMatchObject({ success: true });
  });

  it('drops what is neither, and what breaks off, without harm to others', async () => {
    const log = await start();
    for (const bytes of [
      '',
      'PRI * HTTP',
      '\u0000\u0001\u0002',
      'GET /ping HT',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nnonsense that is no frame at all',
    ]) {
      const socket = connectTcp(log.port, '127.0.0.1');
      socket.on('error', () => socket.destroy()).resume();
      await once(socket, 'connect');
      const closed = once(socket, 'close');
      socket.end(bytes);
      await closed;
    }
    expect(await clientOf(log.connectionString).appendToStream('s', event(1))).toMatchObject({ success: true });
  });

  it('says UNIMPLEMENTED of what it has not, and refuses a message beyond the limit', async () => {
    const log = await start();
    const session = connectHttp2(`http://127.0.0.1:${log.port}`);
    session.on('error', () => session.destroy());
    const call = async (path: string, body: Buffer): Promise<unknown> => {
      const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' });
      stream.end(body);
      const [headers] = (await once(stream, 'response')) as [Record<string, string>];
      stream.destroy();
      return headers['grpc-status'];
    };
    expect(await call('/event_store.client.projections.Projections/Create', Buffer.alloc(5))).toBe('12');
    const tooLong = Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 1]);
    expect(await call('/event_store.client.streams.Streams/Read', tooLong)).toBe('8');
    session.destroy();
  });

  it('is refused where it is taken', async () => {
    const log = await start();
    const other = mkdtempSync(join(tmpdir(), 'hjemmel-embedded-log-'));
    opened.push(async () => rmSync(other, { recursive: true, force: true }));
    await expect(startEmbeddedLog({ folder: other, port: log.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('beyond loopback', () => {
  it('listens only with TLS and a user', async () => {
    await expect(startEmbeddedLog({ folder, host: '0.0.0.0' })).rejects.toThrow('only with TLS and a user');
    await expect(startEmbeddedLog({ folder, host: '0.0.0.0', credentials })).rejects.toThrow('only with TLS and a user');
    const tls = { key: readFileSync(KEY), cert: readFileSync(CERT) };
    await expect(startEmbeddedLog({ folder, host: '::', tls })).rejects.toThrow('only with TLS and a user');
  });

  it('serves who brings the credentials, over TLS, and nobody else', async () => {
    const tls = { key: readFileSync(KEY), cert: readFileSync(CERT) };
    const log = await start({ host: '0.0.0.0', advertise: 'localhost', tls, credentials });
    const at = (user: string): string => `esdb://${user}localhost:${log.port}?tls=true&tlsCAFile=${CERT}`;
    const known = clientOf(at(`${credentials.username}:${encodeURIComponent(credentials.password)}@`));
    expect(await known.appendToStream('s', event(1))).toMatchObject({ success: true });
    expect(await read(known, 's')).toEqual([{ n: 1 }]);

    const stranger = clientOf(at(''));
    await expect(stranger.appendToStream('s', event(2))).rejects.toMatchObject({ type: 'access-denied' });
    const guesser = clientOf(at('operator:guess@'));
    await expect(read(guesser, 's')).rejects.toMatchObject({ type: 'access-denied' });
    expect(await read(known, 's')).toEqual([{ n: 1 }]);

    const discovering = clientOf(
      at(`${credentials.username}:${encodeURIComponent(credentials.password)}@`).replace('esdb:', 'esdb+discover:'),
    );
    expect(await read(discovering, 's')).toEqual([{ n: 1 }]);
  });
});

describe('stopping', () => {
  it('ends open calls UNAVAILABLE, keeps what it acknowledged, and comes back with it', async () => {
    const log = await startEmbeddedLog({ folder });
    const client = clientOf(log.connectionString);
    const subscription = client.subscribeToAll({ fromPosition: START });
    subscription.on('data', () => undefined);
    const failed = once(subscription, 'error') as Promise<[{ type: string }]>;
    await once(subscription, 'caughtUp');
    const appends = Array.from({ length: 200 }, (_, n) =>
      client.appendToStream('s', event(n), { expectedRevision: ANY }).then(
        () => n,
        () => undefined,
      ),
    );
    await appends[0];
    await log.close();
    await log.close();
    expect((await failed)[0].type).toBe('unavailable');
    const acknowledged = (await Promise.all(appends)).filter((n) => n !== undefined);

    const again = await start();
    const kept = (await read(clientOf(again.connectionString), 's')).map((data) => (data as { n: number }).n);
    expect(acknowledged.filter((n) => !kept.includes(n))).toEqual([]);
    expect(new Set(kept).size).toBe(kept.length);
  });
});

describe('persistent subscriptions', () => {
  it('survive a restart with their settings, their checkpoint and what they parked', async () => {
    const settings = persistentSubscriptionToStreamSettingsFromDefaults({
      startFrom: START,
      checkPointLowerBound: 1,
      checkPointUpperBound: 1,
      maxRetryCount: 3,
    });
    const first = await startEmbeddedLog({ folder });
    const before = clientOf(first.connectionString);
    await before.appendToStream('s', [0, 1, 2].map(event));
    await before.createPersistentSubscriptionToStream('s', 'g', settings);
    const consumer = before.subscribeToPersistentSubscriptionToStream('s', 'g');
    consumer.on('error', () => undefined);
    for await (const resolved of consumer) {
      const { n } = resolved.event?.data as { n: number };
      if (n === 1) await consumer.nack('park', 'not now', resolved);
      else await consumer.ack(resolved);
      if (n === 2) break;
    }
    const done = async (): Promise<boolean> => {
      const { stats } = await before.getPersistentSubscriptionToStreamInfo('s', 'g');
      return stats.parkedMessageCount === 1n && stats.lastCheckpointedEventRevision === 2n;
    };
    while (!(await done()));
    await first.close();

    const after = clientOf((await start()).connectionString);
    const info = await after.getPersistentSubscriptionToStreamInfo('s', 'g');
    expect(info.settings.maxRetryCount).toBe(3);
    expect(info.stats).toMatchObject({ parkedMessageCount: 1n, lastCheckpointedEventRevision: 2n });
    await after.appendToStream('s', event(3));
    await after.replayParkedMessagesToStream('s', 'g');
    const received: unknown[] = [];
    const again = after.subscribeToPersistentSubscriptionToStream('s', 'g');
    for await (const resolved of again) {
      received.push((resolved.event?.data as { n: number }).n);
      await again.ack(resolved);
      if (received.length === 2) break;
    }
    expect(received.sort()).toEqual([1, 3]);
    while ((await after.getPersistentSubscriptionToStreamInfo('s', 'g')).stats.parkedMessageCount !== 0n);
  });
});

describe('reading', () => {
  it('gives large events both ways, and many small ones to a slow reader', async () => {
    const client = clientOf((await start()).connectionString);
    const large = 'ø'.repeat(400_000);
    for (let n = 0; n < 3; n++) await client.appendToStream('large', jsonEvent({ type: 'Large', data: { n, large } }));
    const numbers: number[] = [];
    for await (const { event: recorded } of client.readStream('large', { direction: BACKWARDS, fromRevision: END })) {
      const data = recorded?.data as { n: number; large: string };
      expect(data.large).toBe(large);
      numbers.push(data.n);
    }
    expect(numbers).toEqual([2, 1, 0]);

    await client.appendToStream(
      'small',
      Array.from({ length: 3000 }, (_, n) => event(n)),
    );
    let at = 0;
    for await (const { event: recorded } of client.readStream('small')) {
      expect((recorded?.data as { n: number }).n).toBe(at++);
      if (at % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(at).toBe(3000);
  });
});
