import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startEmbeddedPostgres } from '@hjemmel/embedded-postgres/server';
import { EventLog, openEventLog } from '@hjemmel/event-store';
import { superviseChild } from '@hjemmel/host';
import { DomainEvent, newUuid, Recorded } from '@hjemmel/kernel';
import { ensureProjectionTables, PositionWaiter, ReadModel, readModel, runProjections } from '@hjemmel/projections';
import { Pool } from 'pg';
import type { BenchTable } from './types';

const STREAMS = 10_000;
const EVENTS = 200_000;
/** Through the client it takes as long to write them as to read them. */
const STORED_EVENTS = 60_000;
const BATCH = 4_000;
const ROUNDS = 3;
const SAMPLES = 200;
/** Longer than the runner's own pace. */
const PAUSE_MS = 50;
const LONG_MS = 300_000;

type OrderTouched = DomainEvent<
  'OrderTouched',
  { readonly order: string; readonly customer: string; readonly lines: number; readonly sealed: string }
>;

interface OrderRow {
  readonly orderId: string;
  readonly customer: string;
  readonly touchedAt: string;
  readonly lines: number;
  readonly revision: bigint;
  readonly sealed: { readonly $sealed: string; readonly eventId: string };
}

/** A row as those of the program: an order with a sealed part of about 200 bytes. */
const orders = (name: string): ReadModel =>
  readModel<OrderRow>(name, {
    version: 1,
    table: name,
    key: 'orderId',
    columns: { orderId: 'text', customer: 'text', touchedAt: 'timestamptz', lines: 'integer', revision: 'bigint', sealed: 'jsonb' },
    indexes: [['customer', 'order_id']],
  }).on<OrderTouched>(
    'OrderTouched',
    ({ event }) => event.data.order,
    (row, { id, event: { data }, revision, recordedAt }, orderId) => ({
      orderId,
      customer: data.customer,
      touchedAt: recordedAt.toISOString(),
      lines: (row?.lines ?? 0) + data.lines,
      revision,
      sealed: { $sealed: data.sealed, eventId: id },
    }),
  );

const touched = (order: number): OrderTouched => ({
  type: 'OrderTouched',
  data: {
    order: `order-${(Math.imul(order, 2_654_435_761) >>> 0).toString(16).padStart(8, '0')}-0000-4000-8000-${order.toString().padStart(12, '0')}`,
    customer: `dataSubject-${order % 997}`,
    lines: 1,
    sealed: 'QUJD'.repeat(40),
  },
});

const metadata = {
  schema: 1,
  correlationId: newUuid(),
  causationId: newUuid(),
  actor: { id: 'bench', role: 'service' },
  decidedAt: '2024-01-01T00:00:00.000Z',
} as const;

/** The same every time: which stream each event belongs to. */
function* interleaved(count: number): Generator<number> {
  let state = 42;
  for (let i = 0; i < count; i++) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    yield ((mixed ^ (mixed >>> 14)) >>> 0) % STREAMS;
  }
}

function recordedHistory(): Recorded[] {
  const revisions = new Map<number, bigint>();
  return [...interleaved(EVENTS)].map((order, index) => {
    const revision = (revisions.get(order) ?? -1n) + 1n;
    revisions.set(order, revision);
    const recordedAt = new Date(Date.UTC(2024, 0, 1) + index);
    return {
      id: newUuid(),
      stream: `order-${order}`,
      revision,
      position: BigInt(index * 400),
      recordedAt,
      event: touched(order),
      metadata,
    };
  });
}

/** The log's port over events that lie in memory: nothing is decoded, so that the runner itself is measured. */
function inMemory(history: readonly Recorded[]): EventLog {
  const no = (): never => {
    throw new Error('only subscriptions are measured');
  };
  return {
    append: no,
    readStream: no,
    readAll: no,
    readFiltered: no,
    lastPosition: no,
    close: async () => undefined,
    subscribeToAll: () => {
      let end = (): void => undefined;
      const ended = new Promise<void>((resolve) => (end = resolve));
      return {
        async *[Symbol.asyncIterator]() {
          for (const recorded of history) yield { kind: 'event' as const, recorded };
          await ended;
        },
        close: async () => end(),
      };
    },
  };
}

const perSecond = (count: number, begun: number): number => (count * 1000) / (performance.now() - begun);

/** Events each second until every model has counted `last`. */
async function catchUp(log: EventLog, pool: Pool, models: readonly ReadModel[], count: number, last: bigint): Promise<number> {
  await ensureProjectionTables(pool, models);
  const behind = new Set(models.map(({ name }) => name));
  let done = (): void => undefined;
  const all = new Promise<void>((resolve) => (done = resolve));
  const begun = performance.now();
  const onProgress = ({ model, position }: { model: string; position: bigint }): void => {
    if (position >= last && behind.delete(model) && behind.size === 0) done();
  };
  const running = await runProjections({ log, pool, models, batchSize: BATCH, onProgress });
  await all;
  const rate = perSecond(count, begun);
  await running.stop();
  return rate;
}

/** What the batches of `history` leave behind, row by row, as the read model would write them. */
function rowsOfBatches(history: readonly Recorded[]): OrderRow[][] {
  const model = orders('by_hand');
  const rows = new Map<string, OrderRow>();
  const batches: OrderRow[][] = [];
  for (let at = 0; at < history.length; at += BATCH) {
    const changed = new Set<string>();
    for (const recorded of history.slice(at, at + BATCH)) {
      const handler = model.handlers.get(recorded.event.type)!;
      const key = handler.keys(recorded) as string;
      rows.set(key, handler.fold(rows.get(key), recorded, key) as OrderRow);
      changed.add(key);
    }
    batches.push([...changed].map((key) => rows.get(key)!));
  }
  return batches;
}

const conflict = `ON CONFLICT (order_id) DO UPDATE SET customer = excluded.customer, touched_at = excluded.touched_at,
  lines = excluded.lines, revision = excluded.revision, sealed = excluded.sealed`;
const byHand = {
  unnest: {
    text: `INSERT INTO read.by_hand SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::integer[], $5::bigint[], $6::jsonb[]) ${conflict}`,
    values: (rows: readonly OrderRow[]): unknown[] => [
      rows.map(({ orderId }) => orderId),
      rows.map(({ customer }) => customer),
      rows.map(({ touchedAt }) => touchedAt),
      rows.map(({ lines }) => lines),
      rows.map(({ revision }) => revision),
      rows.map(({ sealed }) => JSON.stringify(sealed)),
    ],
  },
  jsonb: {
    text: `INSERT INTO read.by_hand SELECT * FROM jsonb_to_recordset($1::jsonb)
      AS row (order_id text, customer text, touched_at timestamptz, lines integer, revision bigint, sealed jsonb) ${conflict}`,
    values: (rows: readonly OrderRow[]): unknown[] => [
      JSON.stringify(
        rows.map(({ orderId, customer, touchedAt, lines, revision, sealed }) => ({
          order_id: orderId,
          customer,
          touched_at: touchedAt,
          lines,
          revision: revision.toString(),
          sealed,
        })),
      ),
    ],
  },
};

/** The same rows in the same batches, one transaction each: nothing read, folded or checkpointed. */
async function writtenByHand(pool: Pool, way: keyof typeof byHand, batches: readonly OrderRow[][]): Promise<number> {
  await ensureProjectionTables(pool, [orders('by_hand')]);
  await pool.query('TRUNCATE read.by_hand');
  const { text, values } = byHand[way];
  const begun = performance.now();
  for (const rows of batches) await pool.query({ name: way, text, values: values(rows) });
  return perSecond(EVENTS, begun);
}

async function store(log: EventLog): Promise<bigint> {
  const streams = interleaved(STORED_EVENTS);
  let last = 0n;
  const writer = async (): Promise<void> => {
    for (const order of streams) {
      const { position } = await log.append(`order-${order}`, [{ id: newUuid(), event: touched(order), metadata }], 'any');
      if (position > last) last = position;
    }
  };
  await Promise.all(Array.from({ length: 256 }, writer));
  return last;
}

async function readOnly(log: EventLog): Promise<number> {
  const begun = performance.now();
  const subscription = log.subscribeToAll({});
  let count = 0;
  for await (const message of subscription) {
    if (message.kind === 'event' && ++count === STORED_EVENTS) break;
  }
  const rate = perSecond(count, begun);
  await subscription.close();
  return rate;
}

interface Visible {
  readonly idle: readonly number[];
  readonly inTurn: readonly number[];
}

/**
 * Milliseconds from the answer to an append until the checkpoints of all models are known to be there, one at a time, sorted: when
 * nothing else happened for a while, and each right after the one before.
 */
async function visible(log: EventLog, pool: Pool, url: string): Promise<Visible> {
  const models = [1, 2, 3, 4, 5].map((number) => orders(`visible_${number}`));
  const unconcerned = models.slice(1).map((model) => ({ ...model, handlers: new Map() }));
  await ensureProjectionTables(pool, models);
  const running = await runProjections({ log, pool, models: [models[0]!, ...unconcerned] });
  const waiter = new PositionWaiter(url);
  const once = async (): Promise<number> => {
    const { position } = await log.append('order-visible', [{ id: newUuid(), event: touched(STREAMS), metadata }], 'any');
    const begun = performance.now();
    const outcomes = await Promise.all(models.map(({ name }) => waiter.waitFor(name, position, LONG_MS)));
    if (outcomes.includes('timeout')) throw new Error('a read model never came so far');
    return performance.now() - begun;
  };
  for (let i = 0; i < 20; i++) await once();
  const [idle, inTurn]: [number[], number[]] = [[], []];
  for (let i = 0; i < SAMPLES; i++) {
    await pause(PAUSE_MS);
    idle.push(await once());
  }
  for (let i = 0; i < SAMPLES; i++) inTurn.push(await once());
  await waiter.close();
  await running.stop();
  const sorted = (times: number[]): number[] => times.sort((one, other) => one - other);
  return { idle: sorted(idle), inTurn: sorted(inTurn) };
}

const quantile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!;

/** Read models catching up, beside upserts of the same rows by hand, and how soon an event is seen in them. Durable, as shipped. */
export async function run(): Promise<BenchTable> {
  const folder = await mkdtemp(join(tmpdir(), 'hjemmel-bench-'));
  const postgres = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), onNotice: () => undefined });
  const logProcess = await superviseChild({
    name: 'the log',
    script: join('dist', 'apps', 'hjemmel', 'embedded-log-process.js'),
    env: { HJEMMEL_LOG_FOLDER: join(folder, 'log') },
    readyWithinMs: 30_000,
    stopWithinMs: 30_000,
  });
  const pool = new Pool({ connectionString: postgres.ownerUrl });
  pool.on('error', () => undefined);
  const log = openEventLog((logProcess.info as { connectionString: string }).connectionString);
  try {
    return await measure(pool, log, postgres.ownerUrl);
  } finally {
    await log.close();
    await pool.end();
    await logProcess.stop();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(pool: Pool, log: EventLog, url: string): Promise<BenchTable> {
  const history = recordedHistory();
  const batches = rowsOfBatches(history);
  const last = history.at(-1)!.position;
  await writtenByHand(pool, 'unnest', batches.slice(0, 5)); // everything is compiled and the files have grown then
  const [unnest, jsonb, one]: [number[], number[], number[]] = [[], [], []];
  for (let round = 1; round <= ROUNDS; round++) {
    unnest.push(await writtenByHand(pool, 'unnest', batches));
    jsonb.push(await writtenByHand(pool, 'jsonb', batches));
    one.push(await catchUp(inMemory(history), pool, [orders(`one_${round}`)], EVENTS, last));
  }
  const best = (rates: readonly number[]): number => Math.max(...rates);
  const fiveModels = [1, 2, 3, 4, 5].map((number) => orders(`of_five_${number}`));
  const five = await catchUp(inMemory(history), pool, fiveModels, EVENTS, last);
  const stored = await store(log);
  const reading = await readOnly(log);
  const client = await catchUp(log, pool, [orders('through_client')], STORED_EVENTS, stored);
  const { idle, inTurn } = await visible(log, pool, url);
  return {
    title: 'Read models',
    rows: [
      {
        what: 'catching up one read model, exactly once, interleaved streams, events from memory',
        value: best(one),
        unit: '/s',
        target: '≥ 35 000/s',
        beside: `by hand, rows known beforehand: unnest ${thousands(best(unnest))}/s, jsonb_to_recordset ${thousands(best(jsonb))}/s`,
      },
      { what: 'catching up five at once, each of them', value: five, unit: '/s' },
      {
        what: 'catching up one through the client',
        value: client,
        unit: '/s',
        beside: `the client alone, nothing done with the events: ${thousands(reading)}/s`,
      },
      { what: 'visible in five read models after the append, idle, p50', value: quantile(idle, 0.5), unit: 'ms' },
      { what: 'the same, p99', value: quantile(idle, 0.99), unit: 'ms', target: '< 50 ms' },
      { what: 'the same, one append right after the other, p50', value: quantile(inTurn, 0.5), unit: 'ms' },
      { what: 'the same, p99', value: quantile(inTurn, 0.99), unit: 'ms' },
    ],
    settings: {
      events: EVENTS,
      'through the client': STORED_EVENTS,
      streams: STREAMS,
      'events in a batch': BATCH,
      'rates from memory and by hand': `best of ${ROUNDS}, in turn`,
      samples: SAMPLES,
    },
  };
}

const thousands = (value: number): string => Math.round(value).toLocaleString('en').replaceAll(',', ' ');
