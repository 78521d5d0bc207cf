import { randomBytes } from 'node:crypto';
import { startEmbeddedLog } from '@hjemmel/embedded-log';
import { storedEventEncoder } from '../../libs/embedded-log/streams/stored-event';
import { serverStream } from '../../libs/embedded-log/protocol/grpc/methods';
import { GrpcServer, Method } from '../../libs/embedded-log/protocol/grpc/server';
import { answerHttp } from '../../libs/embedded-log/protocol/http';
import { serverFeaturesMethod } from '../../libs/embedded-log/protocol/server-features';
import { frameEvents } from '../../libs/embedded-log/protocol/wire/event-frames';
import { decodeReadRequest } from '../../libs/embedded-log/protocol/wire/read-requests';
import { CAUGHT_UP, frameConfirmation } from '../../libs/embedded-log/protocol/wire/read-responses';
import { decodeBatchAppendRequest } from '../../libs/embedded-log/protocol/wire/write-requests';
import { toGrpcError } from '../../libs/embedded-log/protocol/write-errors';
import { frameBatchSuccess } from '../../libs/embedded-log/protocol/wire/write-responses';

/**
 * The measured server, in a process of its own so that its CPU time is its own: `log FOLDER` is the embedded log, `nothing EVENTS BYTES`
 * gives the same messages with nothing behind them. Tells its parent where it listens, and what it has used when asked.
 */
export interface Used {
  readonly cpuMicroseconds: number;
  readonly rssBytes: number;
}

async function main(): Promise<void> {
  const [kind, first = '', second = ''] = process.argv.slice(2);
  const server = kind === 'log' ? await startEmbeddedLog({ folder: first }) : await nothing(Number(first), Number(second));
  process.on('message', (message) => {
    if (message === 'stop') void server.close().then(() => process.exit(0));
    const { user, system } = process.cpuUsage();
    const used: Used = { cpuMicroseconds: user + system, rssBytes: process.memoryUsage.rss() };
    process.send?.(used);
  });
  process.send?.(server.connectionString);
}

/** Decodes what it is sent, answers that all is well, and reads out one event as often as is told. */
async function nothing(events: number, bytes: number): Promise<{ connectionString: string; close(): Promise<void> }> {
  const methods = new Map<string, Method>();
  methods.set('/event_store.client.streams.streams/batchappend', (call) => {
    call.onMessage((message) => {
      const { correlationId, options } = decodeBatchAppendRequest(message);
      if (correlationId && options) call.sendFramed(frameBatchSuccess({ correlationId, ...options }, { revision: 1, position: 1 }));
    });
    call.onHalfClose(() => call.end());
  });
  const page = cannedPage(bytes);
  const send = serverStream(async (message, call) => {
    const subscription = decodeReadRequest(message).count === undefined;
    if (subscription) call.sendFramed(frameConfirmation('bench'));
    for (let sent = 0; sent < events && !call.closed; sent += PAGE) {
      if (!call.sendFramed(page)) await call.writable();
    }
    if (subscription) {
      call.sendFramed(CAUGHT_UP);
      await new Promise<void>((resolve) => call.onClose(resolve));
    }
  });
  methods.set('/event_store.client.streams.streams/read', send);
  methods.set('/event_store.client.server_features.serverfeatures/getsupportedmethods', serverFeaturesMethod(methods));
  const server = new GrpcServer({
    host: '127.0.0.1',
    port: 0,
    methods,
    authorize: () => undefined,
    translate: toGrpcError,
    http: answerHttp,
  });
  const port = await server.listen();
  return { connectionString: `esdb://127.0.0.1:${port}?tls=false`, close: () => server.close() };
}

const PAGE = 200;

function cannedPage(bytes: number): Buffer {
  const id = randomBytes(16);
  const body = { id, type: 'BenchEvent', isJson: false, data: randomBytes(bytes), metadata: Buffer.alloc(0) };
  const payload = storedEventEncoder('bench-1', 17_000_000_000_000_000n)(body, 1, 1);
  const record = { stream: 'bench-1', revision: 1, position: 1, type: 'BenchEvent', eventId: id, createdTicks: 0n, payload };
  return frameEvents(new Array<{ resolved: { event: typeof record } }>(PAGE).fill({ resolved: { event: record } }), false);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
