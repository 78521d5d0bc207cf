import { startTestPostgres, TestPostgres } from '@hjemmel/embedded-postgres/testing';
import { Pool } from 'pg';
import { PositionWaiter } from './position';
import { readModel } from './read-model';
import { ModelStore } from './store';
import { ensureProjectionTables } from './tables';

const LONG_MS = 30_000;
const model = readModel<{ id: string }>('cards', { version: 1, table: 'cards', key: 'id', columns: { id: 'text' } });

describe('waiting for a position', () => {
  let postgres: TestPostgres;
  let url: string;
  let pool: Pool;
  let waiter: PositionWaiter;
  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  beforeEach(async () => {
    url = await postgres.freshDatabase();
    pool = new Pool({ connectionString: url });
    pool.on('error', () => undefined);
    waiter = new PositionWaiter({ connectionString: url, application_name: 'waiter' });
    await ensureProjectionTables(pool, [model]);
  });
  afterEach(() => Promise.all([waiter.close(), pool.end()]));
  afterAll(() => postgres.stop());

  const move = (from: bigint, to: bigint) => new ModelStore(pool, model).write(new Map(), { from, to, recordedAt: undefined });
  /** Settles when the waiter has its connection and has looked at the checkpoints, which are at 5 or past it. */
  const listening = () => waiter.waitFor('cards', 5n, LONG_MS);
  const cut = async () =>
    (await pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'waiter'`)).rowCount;

  it('answers at once for what was reached before anyone asked', async () => {
    await move(-1n, 10n);
    expect(await waiter.waitFor('cards', 10n, LONG_MS)).toBe('reached');
    expect(await waiter.waitFor('cards', 3n, LONG_MS)).toBe('reached');
  });

  it('is told when a checkpoint moves to or past the position, and not before', async () => {
    await move(-1n, 5n);
    const outcomes: string[] = [];
    const [first, second] = [10n, 11n].map(async (position) =>
      outcomes.push(`${await waiter.waitFor('cards', position, LONG_MS)} ${position}`),
    );
    await listening();
    await move(5n, 9n);
    await move(9n, 10n);
    await first;
    expect(outcomes).toEqual(['reached 10']);
    await move(10n, 20n);
    await second;
    expect(outcomes).toEqual(['reached 10', 'reached 11']);
  });

  it('gives up after the time allowed, also for a model that nobody knows', async () => {
    expect(await waiter.waitFor('cards', 10n, 20)).toBe('timeout');
    expect(await waiter.waitFor('unheard-of', 0n, 20)).toBe('timeout');
  });

  it('finds out about a move that was told while its connection was lost', async () => {
    await move(-1n, 5n);
    const reached = waiter.waitFor('cards', 10n, LONG_MS);
    await listening();
    expect(await cut()).toBe(1);
    await move(5n, 10n);
    expect(await reached).toBe('reached');
  });

  it('waits for a Postgres that does not answer yet', async () => {
    const absent = new URL(url);
    absent.pathname = '/made_later';
    const early = new PositionWaiter(absent.href);
    const reached = early.waitFor('cards', 0n, LONG_MS);
    await pool.query('CREATE DATABASE made_later');
    const later = new Pool({ connectionString: absent.href });
    later.on('error', () => undefined);
    await ensureProjectionTables(later, [model]);
    await new ModelStore(later, model).write(new Map(), { from: -1n, to: 0n, recordedAt: undefined });
    expect(await reached).toBe('reached');
    await Promise.all([early.close(), later.end()]);
  });

  it('takes back that a position was reached when the model is built anew', async () => {
    await move(-1n, 10n);
    await waiter.waitFor('cards', 10n, LONG_MS);
    await ensureProjectionTables(pool, [{ ...model, version: 2 }]);
    const rebuilt = new ModelStore(pool, { ...model, version: 2 });
    await rebuilt.write(new Map(), { from: -1n, to: 4n, recordedAt: undefined });
    expect(await waiter.waitFor('cards', 4n, LONG_MS)).toBe('reached');
    // It is told of the new beginning by a notification, which may come after the answer above; until then it answers as before.
    let answer: string;
    do answer = await waiter.waitFor('cards', 10n, 20);
    while (answer === 'reached');
    expect(await waiter.waitFor('cards', 10n, 20)).toBe('timeout');
  });

  it('lets nobody wait on when it is closed', async () => {
    const waiting = waiter.waitFor('cards', 10n, LONG_MS);
    await waiter.close();
    expect(await waiting).toBe('timeout');
    expect(await waiter.waitFor('cards', 10n, LONG_MS)).toBe('timeout');
  });
});
