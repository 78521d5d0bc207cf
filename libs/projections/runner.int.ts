import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedLog, startEmbeddedLog } from '@hjemmel/embedded-log';
import { startTestPostgres, TestPostgres } from '@hjemmel/embedded-postgres/testing';
import { EventLog, openEventLog } from '@hjemmel/event-store';
import { DomainEvent, fixedClock, newUuid } from '@hjemmel/kernel';
import { Pool } from 'pg';
import { ProjectionError } from './errors';
import { checkpoints, PositionWaiter } from './position';
import { ReadModel, readModel } from './read-model';
import { ProjectionOptions, runProjections, RunningProjections } from './runner';
import { Signal } from './signal';
import { ensureProjectionTables } from './tables';

const LONG_MS = 30_000;

type Counted = DomainEvent<'Counted', { readonly step: number }>;
interface Row {
  readonly stream: string;
  readonly total: number;
}

/** Sums the steps of each stream. A step of 13 it can't digest where it is told to; one beyond 32 bits Postgres can't store. */
const sums = (name: string, unlucky = false): ReadModel<Row> =>
  readModel<Row>(name, { version: 1, table: name, key: 'stream', columns: { stream: 'text', total: 'integer' } }).on<Counted>(
    'Counted',
    ({ stream }) => stream,
    (row, { event }, stream) => {
      if (unlucky && event.data.step === 13) throw new RangeError(`Kari Nordmann has ${event.data.step}`);
      return { stream, total: (row?.total ?? 0) + event.data.step };
    },
  );

describe('running read models', () => {
  let postgres: TestPostgres;
  let folder: string;
  let log: EmbeddedLog;
  let events: EventLog;
  let url: string;
  let pool: Pool;
  let waiter: PositionWaiter;
  let running: RunningProjections;
  let errors: ProjectionError[];
  let something: Signal;
  let open: Set<object>;

  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hjemmel-projections-'));
    log = await startEmbeddedLog({ folder });
    events = openEventLog(log.connectionString);
    url = await postgres.freshDatabase();
    pool = new Pool({ connectionString: url });
    waiter = new PositionWaiter(url);
    errors = [];
    something = new Signal();
    open = new Set();
  });
  afterEach(async () => {
    await running.stop();
    await waiter.close();
    await events.close();
    await log.close();
    await pool.end();
    await rm(folder, { recursive: true });
  });
  afterAll(() => postgres.stop());

  async function run(models: readonly ReadModel[], options: Partial<ProjectionOptions> = {}): Promise<void> {
    await ensureProjectionTables(pool, models);
    pool.on('error', () => undefined);
    running = await runProjections({
      log: watched(events),
      pool,
      models,
      onError: (error) => {
        errors.push(error);
        something.raise();
      },
      onProgress: () => something.raise(),
      ...options,
    });
  }

  /** The log itself, seen at work: how many subscriptions are open, and that a message was taken in. */
  const watched = (real: EventLog): EventLog => ({
    ...real,
    subscribeToAll: (options) => {
      const subscription = real.subscribeToAll(options);
      open.add(subscription);
      return {
        async *[Symbol.asyncIterator]() {
          for await (const message of subscription) {
            yield message;
            something.raise();
          }
        },
        close: async () => {
          await subscription.close();
          open.delete(subscription);
          something.raise();
        },
      };
    },
  });

  /** Looks again whenever the runner has taken a message in, or tells of a transaction or an error. */
  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await something.wait(LONG_MS);
  }

  async function append(stream: string, ...steps: readonly number[]): Promise<bigint> {
    const actor = { id: 'spec', role: 'service' } as const;
    const metadata = { schema: 1, correlationId: newUuid(), causationId: newUuid(), actor, decidedAt: new Date().toISOString() };
    const counted = steps.map((step): Counted => ({ type: 'Counted', data: { step } }));
    return (
      await events.append(
        stream,
        counted.map((event) => ({ id: newUuid(), event, metadata })),
        'any',
      )
    ).position;
  }

  const reached = async (model: string, position: bigint) => expect(await waiter.waitFor(model, position, LONG_MS)).toBe('reached');
  const progressOf = (model: string) => running.progress().find((each) => each.model === model)!;
  const totals = async (table: string) => {
    const { rows } = await pool.query<Row>(`SELECT stream, total FROM read.${table} ORDER BY stream`);
    return Object.fromEntries(rows.map(({ stream, total }) => [stream, total]));
  };

  it('brings every model up to what was there, and on with what comes, also those that an event does not concern', async () => {
    await append('a', 1, 2, 3);
    const idle = readModel<{ id: string }>('idle', { version: 1, table: 'idle', key: 'id', columns: { id: 'text' } });
    await run([sums('one'), sums('two'), idle]);
    await append('b', 10);
    const last = await append('a', 4);
    await Promise.all(['one', 'two', 'idle'].map((model) => reached(model, last)));
    expect(await totals('one')).toEqual({ a: 10, b: 10 });
    expect(await totals('two')).toEqual({ a: 10, b: 10 });
    await until(() => running.progress().every(({ live, position }) => live && position === last));
    expect(progressOf('idle')).toMatchObject({ state: 'running', position: last, live: true, lagEvents: 0, lagSeconds: 0 });
  });

  it('stops a model before an event that it can not digest, loudly and without what the error said, and no other', async () => {
    const before = await append('a', 1, 2);
    const poison = await append('b', 13);
    await append('a', 3);
    await run([sums('sound'), sums('unlucky', true)]);
    await reached('sound', await append('b', 4));
    await until(() => progressOf('unlucky').state === 'failed');

    expect(await totals('sound')).toEqual({ a: 6, b: 17 });
    expect(await totals('unlucky')).toEqual({ a: 3 });
    expect(progressOf('unlucky')).toMatchObject({
      position: before,
      failure: { position: poison, stream: 'b', revision: 0n, type: 'Counted', error: 'RangeError' },
    });
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        `^read model unlucky stops before Counted at position ${poison} \\(RangeError in .*runner\\.int\\.ts:\\d+:\\d+.*\\)$`,
      ),
    ]);
    const told = [...errors.map(String), String(progressOf('unlucky').failure?.place)].join();
    expect(told).not.toContain('Kari');
  });

  it('finds the one event of a batch whose row Postgres refuses', async () => {
    const before = await append('a', ...Array.from({ length: 50 }, () => 1));
    const poison = await append('a', 2 ** 31);
    await append('b', 1);
    await run([sums('one')]);
    await until(() => progressOf('one').state === 'failed');
    expect(progressOf('one')).toMatchObject({ position: before, failure: { position: poison, error: '22003' } });
    expect(await totals('one')).toEqual({ a: 50 });
  });

  it('lets no model wait for a slow one, which gets a subscription of its own until it has caught up', async () => {
    await run([sums('slow'), sums('quick')], { batchSize: 10, patienceMs: 20 });
    await reached('slow', await append('a', 1));

    const elsewhere = await pool.connect();
    await elsewhere.query('BEGIN; LOCK TABLE read.slow IN ACCESS EXCLUSIVE MODE');
    let last = 0n;
    for (let i = 0; i < 20; i++) last = await append('a', 1, 1, 1, 1, 1);
    await reached('quick', last);
    expect(await totals('quick')).toEqual({ a: 101 });
    await until(() => open.size === 2);
    expect((await checkpoints(pool)).find(({ model }) => model === 'slow')!.position).toBeLessThan(last);
    await elsewhere.query('COMMIT');
    elsewhere.release();

    await reached('slow', last);
    expect(await totals('slow')).toEqual({ a: 101 });
    await append('a', 1);
    await until(() => open.size === 1);
    await reached('slow', await append('a', 1));
    expect(await totals('slow')).toEqual({ a: 103 });
  });

  it('goes on from its checkpoint when the log comes back', async () => {
    await run([sums('one')]);
    await reached('one', await append('a', 1, 1));
    await log.close();
    await until(() => errors.length > 0);
    expect(errors[0]).toMatchObject({ retrying: true, model: undefined });
    expect(progressOf('one').live).toBe(false);
    log = await startEmbeddedLog({ folder, port: log.port });
    const runnersOwn = events;
    events = openEventLog(log.connectionString);
    await reached('one', await append('a', 1));
    expect(await totals('one')).toEqual({ a: 3 });
    await runnersOwn.close();
  });

  it('goes on from its checkpoint when Postgres cuts all its connections', async () => {
    await run([sums('one')], { batchSize: 3 });
    await reached('one', await append('a', 1, 1));
    const killer = new Pool({ connectionString: postgres.ownerUrl });
    killer.on('error', () => undefined);
    let last = 0n;
    for (let i = 0; i < 10; i++) {
      last = await append('a', 1, 1, 1, 1, 1);
      await killer.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1`, [new URL(url).pathname.slice(1)]);
    }
    await reached('one', last);
    expect(await totals('one')).toEqual({ a: 52 });
    expect(errors.every(({ retrying }) => retrying)).toBe(true);
    expect(progressOf('one').state).toBe('running');
    await killer.end();
  });

  it('builds a model again whose checkpoint was set back under it', async () => {
    await run([sums('one'), sums('two')]);
    const last = await append('a', 1, 1, 1);
    await Promise.all([reached('one', last), reached('two', last)]);
    await pool.query(`BEGIN; DELETE FROM read.one; UPDATE read.checkpoints SET position = -1 WHERE model = 'one'; COMMIT`);
    const next = await append('b', 1);
    await until(() => progressOf('one').position === next);
    expect(await totals('one')).toEqual({ a: 3, b: 1 });
    expect(await totals('two')).toEqual({ a: 3, b: 1 });
  });

  it('writes no more when a newer version took the table over', async () => {
    await run([sums('one')]);
    await reached('one', await append('a', 1));
    await ensureProjectionTables(pool, [{ ...sums('one'), version: 2 }]);
    await append('a', 1);
    await until(() => progressOf('one').state === 'superseded');
    expect(await totals('one')).toEqual({});
    expect(errors.at(-1)?.message).toBe('read model one stops: a newer version took its place');
    await running.stop();

    const newer = { ...sums('one'), version: 2 };
    await run([sums('two'), newer]);
    await reached('one', await append('a', 1));
    expect(await totals('one')).toEqual({ a: 3 });
  });

  it('passes over a model that is superseded from the start', async () => {
    await ensureProjectionTables(pool, [{ ...sums('one'), version: 2 }]);
    await run([sums('one'), sums('two')]);
    await reached('two', await append('a', 1));
    expect(progressOf('one').state).toBe('superseded');
  });

  it('tells how far behind a model is', async () => {
    const clock = fixedClock(new Date());
    await run([sums('one')], { clock });
    await reached('one', await append('a', 1));
    const elsewhere = await pool.connect();
    await elsewhere.query('BEGIN; LOCK TABLE read.one IN ACCESS EXCLUSIVE MODE');
    const last = await append('a', 1, 1, 1);
    const { recordedAt } = (await lastOf('a'))!;
    clock.set(new Date(recordedAt.getTime() + 90_000));
    await until(() => progressOf('one').lagEvents === 3);
    expect(progressOf('one').lagSeconds).toBeGreaterThanOrEqual(90);
    await elsewhere.query('COMMIT');
    elsewhere.release();
    await reached('one', last);
    await until(() => progressOf('one').position === last);
    expect(progressOf('one')).toMatchObject({ lagEvents: 0, lagSeconds: 0 });
  });

  it('says what is wrong when it can not start', async () => {
    await run([]);
    await ensureProjectionTables(pool, [sums('one')]);
    await expect(runProjections({ log: events, pool, models: [sums('one'), sums('two')] })).rejects.toThrow(
      'read model two has no table of version 1: run the migrations first',
    );
    const nowhere = new Pool({ connectionString: 'postgres://127.0.0.1:1/none' });
    await expect(runProjections({ log: events, pool: nowhere, models: [sums('one')] })).rejects.toThrow(
      `the checkpoint of read model one can't be read: Postgres answers ECONNREFUSED`,
    );
    await expect(runProjections({ log: events, pool, models: [sums('one'), sums('one')] })).rejects.toThrow('two read models of one name');
  });

  async function lastOf(stream: string) {
    for await (const recorded of events.readStream(stream, { direction: 'backwards', limit: 1 })) return recorded;
    return undefined;
  }
});
