import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedLog } from '@hjemmel/embedded-log';
import { startTestPostgres, TestPostgres } from '@hjemmel/embedded-postgres/testing';
import { EventLog, openEventLog } from '@hjemmel/event-store';
import { newUuid } from '@hjemmel/kernel';
import fc from 'fast-check';
import { Pool } from 'pg';
import { PositionWaiter } from './position';
import { ensureProjectionTables } from './tables';
import { bookkeeping, Credited, Debited } from './testing/models';
import { Worker } from './testing/worker';

const RUNS = 4;
const WRITERS = 5;
const LONG_MS = 60_000;

/** An append of one writer: to which stream, and which amounts (credited where positive). */
interface Append {
  readonly stream: number;
  readonly amounts: readonly number[];
}

/** In each round all writers append what is theirs while workers run; then one worker is killed, after so many transactions of its. */
interface Round {
  readonly writers: readonly (readonly Append[])[];
  readonly killAfter: number;
}

const append: fc.Arbitrary<Append> = fc.record({
  stream: fc.nat({ max: 6 }),
  amounts: fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 4 }),
});
const round: fc.Arbitrary<Round> = fc.record({
  writers: fc.array(fc.array(append, { minLength: 10, maxLength: 60 }), { minLength: 2, maxLength: WRITERS }),
  killAfter: fc.integer({ min: 1, max: 40 }),
});
const story = fc.record({
  rounds: fc.array(round, { minLength: 2, maxLength: 4 }),
  batchSize: fc.constantFrom(1, 7, 50, 1000),
});

interface Fact {
  readonly id: string;
  readonly stream: string;
  readonly amount: number;
}

/** What the tables must hold, counted from what was acknowledged to the writers, in plain loops and without the log. */
function expectedTables(facts: readonly Fact[]) {
  const balances: Record<string, { count: number; balance: number; revision: string; jumps: number }> = {};
  const tally: Record<string, { count: number }> = {};
  const switches: Record<string, object> = {};
  const journal: Record<string, { times: number }> = {};
  for (const { id, stream, amount } of facts) {
    const credit = amount > 0;
    const { count, balance } = (balances[stream] ??= { count: 0, balance: 0, revision: '', jumps: 0 });
    balances[stream] = { count: count + 1, balance: balance + amount, revision: String(count), jumps: 0 };
    for (const bucket of [credit ? 'Credited' : 'Debited', `amount ${Math.abs(amount) % 5}`]) (tally[bucket] ??= { count: 0 }).count++;
    const lever = `amount ${amount}`;
    if (credit && lever in switches) delete switches[lever];
    else if (credit) switches[lever] = {};
    journal[id] = { times: 1 };
  }
  return { balances, tally, switches, journal, bystander: {} };
}

async function actualTables(pool: Pool): Promise<Record<string, Record<string, object>>> {
  const tables: Record<string, Record<string, object>> = {};
  for (const { table, key } of bookkeeping) {
    const { rows } = await pool.query<Record<string, string>>(`SELECT * FROM read.${table}`);
    tables[table] = Object.fromEntries(rows.map(({ [key]: id, ...rest }) => [id, rest]));
  }
  return tables;
}

describe('exactly once', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.stop());

  /** One writer; it has two appends under way at a time. */
  async function write(connection: EventLog, appends: readonly Append[], facts: Fact[]): Promise<bigint> {
    let last = -1n;
    const actor = { id: 'writer', role: 'service' } as const;
    const metadata = { schema: 1, correlationId: newUuid(), causationId: newUuid(), actor, decidedAt: new Date().toISOString() };
    const send = async (those: readonly Append[]): Promise<void> => {
      for (const { stream: number, amounts } of those) {
        const stream = `account-${number}`;
        const events = amounts.map((amount) => {
          const event: Credited | Debited = { type: amount > 0 ? 'Credited' : 'Debited', data: { amount: Math.abs(amount) } };
          return { id: newUuid(), event, metadata };
        });
        const { position } = await connection.append(stream, events, 'any');
        if (position > last) last = position;
        facts.push(...events.map(({ id }, index) => ({ id, stream, amount: amounts[index]! })));
      }
    };
    await Promise.all([send(appends.filter((_, index) => index % 2 === 0)), send(appends.filter((_, index) => index % 2 === 1))]);
    return last;
  }

  async function play({ rounds, batchSize }: { rounds: readonly Round[]; batchSize: number }, workersAtOnce: number): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'hjemmel-exactly-once-'));
    const log = await startEmbeddedLog({ folder });
    const url = await postgres.freshDatabase();
    const pool = new Pool({ connectionString: url });
    pool.on('error', () => undefined);
    await ensureProjectionTables(pool, bookkeeping);
    const waiter = new PositionWaiter(url);
    // Closed when all is written: the client rejects the appends of all its instances in a process when one is closed.
    const connections = Array.from({ length: WRITERS }, () => openEventLog(log.connectionString));
    const start = () => new Worker({ log: log.connectionString, postgres: url, batchSize });
    const workers = Array.from({ length: workersAtOnce }, start);
    const facts: Fact[] = [];
    let last = -1n;
    const allReached = () => Promise.all(bookkeeping.map(({ name }) => waiter.waitFor(name, last, LONG_MS)));
    try {
      for (const { writers, killAfter } of rounds) {
        const written = Promise.all(writers.map((appends, index) => write(connections[index]!, appends, facts))).then((positions) => {
          last = positions.reduce((most, position) => (position > most ? position : most), last);
        });
        const victim = workers[0]!;
        // At the latest when there is nothing more to tell of.
        await Promise.race([victim.committed(killAfter), written.then(allReached)]);
        await victim.kill();
        workers.shift();
        workers.push(start());
        await written;
      }
      expect(await allReached()).toEqual(bookkeeping.map(() => 'reached'));
      await Promise.all(workers.map((worker) => worker.stop()));
      expect(await actualTables(pool)).toEqual(expectedTables(facts));
    } finally {
      await Promise.all(workers.map((worker) => worker.kill()));
      await waiter.close();
      await Promise.all(connections.map((connection) => connection.close()));
      await pool.end();
      await log.close();
      await rm(folder, { recursive: true });
    }
  }

  for (const workers of [1, 2]) {
    // The same stories again: HJEMMEL_SEED=….
    const seed = Number(process.env['HJEMMEL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
    it(
      `counts every event once, with ${workers} worker(s) killed at any moment and writers that go on`,
      async () => {
        await fc.assert(
          fc.asyncProperty(story, (told) => play(told, workers)),
          { numRuns: RUNS, seed, endOnFailure: true },
        );
      },
      LONG_MS * 3,
    );
  }
});
