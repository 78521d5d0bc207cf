import { randomBytes, randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { Pool } from 'pg';
import { startTestPostgres, TestPostgres } from '@hjemmel/embedded-postgres/testing';
import { Clock, fixedClock, Problem, systemClock } from '@hjemmel/kernel';
import { CommandAnswer, CommandContext, CommandGateway, CommandReply, ReplayedProblem } from './idempotency';
import { IdempotencyStore, KEPT_DAYS, pruneIdempotency } from './idempotency-store';
import { idempotencyGrants, idempotencySchema } from './idempotency.sql';

const caller = { actor: { id: 'shop', role: 'service' } } as const;
const keys = { idempotency: randomBytes(32), actorPseudonym: randomBytes(32) };

let postgres: TestPostgres;
let pool: Pool;

beforeAll(async () => {
  postgres = await startTestPostgres();
  pool = new Pool({ connectionString: postgres.url });
  pool.on('error', () => undefined); // the server may end a connection that is being closed
  for (const statement of idempotencySchema) await pool.query(statement);
});

afterAll(async () => {
  await pool.end();
  await postgres.stop();
});

/** A process of the API: what it remembers by itself is gone with it. */
const startProcess = (clock: Clock = systemClock): CommandGateway => new CommandGateway(pool, keys, clock);
const call = (key: string, body: unknown = {}) => ({ caller, key, route: 'POST /samples', body });
const answer = (body: object): CommandAnswer => ({ status: 200, body });
const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

type Outcome = { readonly kind: 'answer'; readonly reply: CommandReply } | { readonly kind: 'problem'; readonly problem: Problem };

const outcomeOf = (run: Promise<CommandReply>): Promise<Outcome> =>
  run.then(
    (reply) => ({ kind: 'answer', reply }),
    (error: unknown) => {
      if (error instanceof Problem) return { kind: 'problem', problem: error };
      throw error;
    },
  );

const isReuse = (outcome: Outcome): boolean =>
  outcome.kind === 'problem' && outcome.problem.problem.type === '/problems/idempotency-key-reused';

test('any interleaving of repeats executes once for each key, gives its body’s callers the same answer and others 422', async () => {
  const request = fc.record({
    key: fc.constantFrom('a', 'b', 'c'),
    body: fc.constantFrom<object>({ order: 1 }, { order: 2 }),
    process: fc.nat(1),
    wait: fc.nat(12),
    work: fc.nat(6),
    refused: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 24 }), fc.boolean(), async (requests, onlyOneProcess) => {
      const run = randomUUID();
      const processes = onlyOneProcess ? [startProcess()] : [startProcess(), startProcess()];
      const executions: { readonly key: string; readonly body: object; readonly context: CommandContext }[] = [];
      const outcomes = await Promise.all(
        requests.map(async ({ key, body, process, wait, work, refused }) => {
          await turns(wait);
          return outcomeOf(
            processes[process % processes.length]!.run(call(`${run}-${key}`, body), async (context) => {
              executions.push({ key, body, context });
              await turns(work);
              // Not deterministic on purpose: that all get the same is then the gateway's doing.
              if (refused) throw new Problem({ type: '/problems/refused', title: 'No', status: 409, detail: randomUUID() });
              return answer({ position: randomUUID() });
            }),
          );
        }),
      );
      for (const key of new Set(requests.map((one) => one.key))) {
        const done = executions.filter((execution) => execution.key === key);
        const bodies = new Set(done.map(({ body }) => JSON.stringify(body)));
        expect(bodies.size).toBe(1);
        if (onlyOneProcess) expect(done).toHaveLength(1);
        expect(done.length).toBeLessThanOrEqual(processes.length);
        expect(new Set(done.map(({ context }) => context.commandId)).size).toBe(1);
        const given = new Set<string>();
        outcomes.forEach((outcome, index) => {
          const { key: asked, body } = requests[index]!;
          if (asked !== key) return;
          expect(isReuse(outcome)).toBe(!bodies.has(JSON.stringify(body)));
          if (!isReuse(outcome)) given.add(JSON.stringify(outcome.kind === 'answer' ? outcome.reply.body : outcome.problem.problem));
        });
        expect(given.size).toBe(1);
      }
    }),
    { numRuns: 60 },
  );
});

test('a command that a crash cut off is run again under the same id and as of the same instant', async () => {
  const key = randomUUID();
  const contexts: CommandContext[] = [];
  const before = startProcess(fixedClock('2026-03-01T10:00:00.123Z'));
  let begun = (): void => undefined;
  const underWay = new Promise<void>((resolve) => (begun = resolve));
  void before.run(call(key), async (context) => {
    contexts.push(context);
    begun();
    return new Promise<never>(() => undefined); // its process ends before it does
  });
  await underWay;
  const after = startProcess(fixedClock('2026-03-02T08:00:00Z'));
  const reply = await after.run(call(key), async (context) => {
    contexts.push(context);
    return answer({ position: '7' });
  });
  expect(reply).toEqual(new CommandReply(200, { position: '7' }, false));
  expect(contexts[1]).toEqual(contexts[0]);
  expect(contexts[1]!.now.toISOString()).toBe('2026-03-01T10:00:00.123Z');
  await expect(after.run(call(key, { other: 1 }), async () => answer({}))).rejects.toMatchObject({ problem: { status: 422 } });
});

test.each([400, 413, 415, 429, 500, 503])('a problem of status %i is no answer: the key stays open for the same body', async (status) => {
  const gateway = startProcess();
  const key = randomUUID();
  const fail = gateway.run(call(key), async () => Promise.reject(new Problem({ type: '/problems/x', title: 'x', status })));
  await expect(fail).rejects.toMatchObject({ problem: { status } });
  expect((await gateway.run(call(key), async () => answer({ position: '1' }))).body).toEqual({ position: '1' });
});

test('neither is contention, nor an error of any other kind', async () => {
  const gateway = startProcess();
  const key = randomUUID();
  const contended = new Problem({ type: '/problems/contended', title: 'x', status: 409 });
  for (const error of [contended, new Error('x')])
    await expect(gateway.run(call(key), async () => Promise.reject(error))).rejects.toBe(error);
  expect((await gateway.run(call(key), async () => answer({ position: '1' }))).replayed).toBe(false);
});

test.each([403, 404, 409, 412, 422])('a refusal of status %i is an answer: it is repeated as it was, by any process', async (status) => {
  const key = randomUUID();
  const problem = { type: '/problems/refused', title: 'No', status, rule: 'restricted', legal: 'GDPR art. 18(2)' };
  const refused = startProcess().run(call(key), async () => Promise.reject(new Problem(problem)));
  await expect(refused).rejects.toMatchObject({ problem });
  const again = await outcomeOf(startProcess().run(call(key), async () => answer({})));
  expect(again).toEqual({ kind: 'problem', problem: expect.any(ReplayedProblem) as ReplayedProblem });
  expect(again).toMatchObject({ problem: { problem } });
});

test('an answer comes back as it was, member by member, with text of any script', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ stringUnit: 'binary' }), async (value) => {
      const key = randomUUID();
      const body = { z: value, position: '12', a: value };
      await startProcess().run(call(key), async () => answer(body));
      const again = await startProcess().run(call(key), async () => answer({}));
      expect([again.status, again.replayed, JSON.stringify(again.body)]).toEqual([200, true, JSON.stringify(body)]);
    }),
    { numRuns: 40 },
  );
});

test('the same key means another command for another caller, role or route', async () => {
  const gateway = startProcess();
  const key = randomUUID();
  const ids = new Set<string>();
  for (const [id, role, route] of [
    ['shop', 'service', 'A'],
    ['shop', 'admin', 'A'],
    ['shop2', 'service', 'A'],
    ['shop', 'service', 'B'],
  ] as const)
    await gateway.run({ caller: { actor: { id, role } }, key, route, body: {} }, async ({ commandId }) => {
      ids.add(commandId);
      return answer({});
    });
  expect(ids.size).toBe(4);
});

test('what executes must answer or refuse', async () => {
  const wrong = startProcess().run(call(randomUUID()), async () => ({ status: 404, body: {} }));
  await expect(wrong).rejects.toThrow('404 is not the status of an answer');
});

test('many at the same moment share statements', async () => {
  const { rows: before } = await pool.query<{ xact: string }>('SELECT pg_current_xact_id()::text AS xact');
  const gateway = startProcess();
  await Promise.all(Array.from({ length: 256 }, () => gateway.run(call(randomUUID()), async () => answer({}))));
  const { rows: after } = await pool.query<{ xact: string }>('SELECT pg_current_xact_id()::text AS xact');
  expect(Number(after[0]!.xact) - Number(before[0]!.xact)).toBeLessThan(64);
});

test('processes that claim and finish the same keys in opposite order do not hold each other up', async () => {
  const hashes = Array.from({ length: 60 }, () => randomBytes(32));
  const stores = [new IdempotencyStore(pool), new IdempotencyStore(pool), new IdempotencyStore(pool)];
  const all = (order: (hashes: Buffer[]) => Buffer[], store: IdempotencyStore) =>
    Promise.all(
      order([...hashes]).map(async (hash) => {
        await store.begin(hash, hash, new Date());
        return store.finish(hash, { status: 200, body: { by: stores.indexOf(store) } });
      }),
    );
  const [first, second, third] = await Promise.all([
    all((list) => list, stores[0]!),
    all((list) => list.reverse(), stores[1]!),
    all((list) => list.sort((a, b) => Buffer.compare(a, b)), stores[2]!),
  ]);
  expect(second.reverse()).toEqual(first);
  const byHash = new Map([...hashes].sort((a, b) => Buffer.compare(a, b)).map((hash, index) => [hash, third[index]]));
  expect(hashes.map((hash) => byHash.get(hash))).toEqual(first);
});

test('keys are forgotten after their days, and only those', async () => {
  const now = new Date('2026-06-01T00:00:00Z');
  const first = new Date(now.getTime() - KEPT_DAYS * 86_400_000);
  const old = randomUUID();
  const kept = randomUUID();
  await startProcess(fixedClock(new Date(first.getTime() - 1))).run(call(old), async () => answer({ position: '1' }));
  await startProcess(fixedClock(first)).run(call(kept), async () => answer({ position: '1' }));
  expect(await pruneIdempotency(pool, now)).toBeGreaterThanOrEqual(1);
  expect((await startProcess().run(call(kept), async () => answer({}))).replayed).toBe(true);
  expect((await startProcess().run(call(old), async () => answer({}))).replayed).toBe(false);
});

test('the API’s role has the rights that it needs and no others', async () => {
  await pool.query(`CREATE ROLE api_of_this_test`);
  for (const grant of idempotencyGrants('api_of_this_test')) await pool.query(grant);
  const client = await pool.connect();
  try {
    await client.query('SET ROLE api_of_this_test');
    await client.query('SELECT count(*) FROM command.idempotency');
    await expect(client.query('TRUNCATE command.idempotency')).rejects.toMatchObject({ code: '42501' });
  } finally {
    await client.query('RESET ROLE');
    client.release();
  }
});
