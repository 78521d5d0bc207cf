import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedLog, startEmbeddedLog } from '@hjemmel/embedded-log';
import { startTestPostgres, TestPostgres } from '@hjemmel/embedded-postgres/testing';
import { EventLog, openEventLog } from '@hjemmel/event-store';
import { IDEMPOTENCY_POOL } from '@hjemmel/http';
import { startTestEdge, TestEdge } from '@hjemmel/http/testing/edge';
import { newUuid } from '@hjemmel/kernel';
import { checkpoints, ensureProjectionTables } from '@hjemmel/projections';
import { Pool } from 'pg';
import { HealthRoute } from './health.route';
import { PROBES, Probes, readiness } from './readiness';

let folder: string;
let postgres: TestPostgres;
let embedded: EmbeddedLog;
let log: EventLog;
let pool: Pool;
let probes: Probes;
let edge: TestEdge;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hjemmel-health-'));
  [postgres, embedded] = await Promise.all([startTestPostgres(), startEmbeddedLog({ folder, host: '127.0.0.1', port: 0 })]);
  log = openEventLog(embedded.connectionString);
  pool = new Pool({ connectionString: postgres.url, connectionTimeoutMillis: 1_000 });
  pool.on('error', () => undefined); // the server goes away on purpose
  await ensureProjectionTables(pool, []);
  await pool.query(`INSERT INTO read.checkpoints (model, version, definition) VALUES ('orders', 3, '')`);
  probes = { lastPosition: () => log.lastPosition(), readModels: () => checkpoints(pool) };
  edge = await startTestEdge({
    controllers: [HealthRoute],
    providers: [
      { provide: PROBES, useValue: probes },
      { provide: IDEMPOTENCY_POOL, useValue: pool },
    ],
  });
});

afterAll(async () => {
  await edge.close();
  await log.close();
  await pool.end();
  await rm(folder, { recursive: true });
});

test('live needs nothing', async () => expect((await edge.call('GET', '/health/live')).body).toEqual({ live: true }));

test('ready tells where the log ends and how far each read model is behind', async () => {
  const metadata = { schema: 1, correlationId: 'c', causationId: 'c', actor: { id: 'a', role: 'system' }, decidedAt: 'now' } as const;
  const { position } = await log.append('order-1', [{ id: newUuid(), event: { type: 'Happened', data: {} }, metadata }], 'any');
  const { status, body } = await edge.call('GET', '/health/ready');
  expect([status, body]).toEqual([
    200,
    {
      ready: true,
      log: { reachable: true, position: String(position) },
      postgres: { reachable: true },
      readModels: [{ model: 'orders', version: 3, position: '-1', lag: String(position + 1n), updatedAt: expect.any(String) }],
    },
  ]);
});

test('a log that takes the connection and says nothing is not waited for', async () => {
  const sockets: Socket[] = [];
  const mute = createServer((socket) => void sockets.push(socket));
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const { port } = mute.address() as { port: number };
  const silent = openEventLog(`esdb://127.0.0.1:${port}?tls=false`);
  try {
    const state = await readiness({ ...probes, lastPosition: () => silent.lastPosition() }, 200);
    expect(state).toMatchObject({
      ready: false,
      log: { reachable: false },
      postgres: { reachable: true },
      readModels: [{ model: 'orders' }],
    });
  } finally {
    await silent.close();
    mute.close();
    for (const socket of sockets) socket.destroy();
  }
});

test('without the log, and then without Postgres, it is 503 and says which', async () => {
  await embedded.close();
  const withoutLog = await edge.call('GET', '/health/ready');
  expect([withoutLog.status, withoutLog.headers.get('content-type')]).toEqual([503, 'application/problem+json; charset=utf-8']);
  expect(withoutLog.body).toMatchObject({ type: '/problems/not-ready', log: { reachable: false }, postgres: { reachable: true } });
  await postgres.stop();
  const withoutBoth = await edge.call('GET', '/health/ready');
  expect(withoutBoth.body).toMatchObject({ status: 503, log: { reachable: false }, postgres: { reachable: false }, readModels: [] });
  expect((await edge.call('GET', '/health/live')).status).toBe(200);
});
