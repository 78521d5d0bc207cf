import { setTimeout as pause } from 'node:timers/promises';
import { legalHolds } from '@hjemmel/contexts/retention/holds/decider';
import type { RetentionRunEvent } from '@hjemmel/contexts/retention/run/events';
import { retentionRunStream, retentionRunStreams } from '@hjemmel/contexts/retention/run/events';
import { Decisions } from '@hjemmel/event-store';
import { settings } from '@hjemmel/host';
import { Clock, DomainEvent, newUuid } from '@hjemmel/kernel';
import { Pool } from 'pg';
import { openShop, Shop } from '../../test/support/shop';
import { openShredder } from './eraser';
import { followKeeping, Keeping } from './keeping';
import { startRetention } from './retention';

let shop: Shop;
let pool: Pool;
let eraser: ReturnType<typeof openShredder>;
let keeping: Keeping;
const hour = 3_600_000;

beforeAll(async () => {
  shop = await openShop();
  pool = new Pool({ connectionString: shop.api.urls.worker, max: 6 });
  eraser = openShredder(shop.api.urls.eraser);
  keeping = await followKeeping(shop.api.parts.log);
});
afterAll(async () => {
  await keeping.close();
  await eraser.close();
  await pool.end();
  await shop.close();
});

const partsOn = (database: Pool) => {
  const { log, inForce } = shop.api.parts;
  return { pool: database, log, keys: eraser.shredder, norms: (at: Date) => inForce.at(at), keeping };
};

/** Somebody whose contract ended so long ago that three years are over; with whom the order was made does not matter here. */
async function formerCustomer(): Promise<string> {
  const { subjectId, customer } = await shop.representative();
  const ended = await shop.as('service')(`/data-subjects/${subjectId}/relation-ends`, { customer, endedAt: '2021-03-01T12:00:00Z' });
  expect(ended.status).toBe(201);
  return subjectId;
}

/** Runs the worker's part until it has nothing more to do. */
async function working<T>(task: () => Promise<T>, options: { readonly clock?: Clock; readonly cron?: string } = {}): Promise<T> {
  const read = settings({ HJEMMEL_RETENTION_CRON: options.cron ?? '15 3 * * *' });
  const clock = options.clock ?? { now: () => new Date() };
  const retention = startRetention(partsOn(pool), read, { everyMs: 50, clock });
  try {
    return await task();
  } finally {
    await retention.stop();
  }
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + 20_000; ;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error('it did not come about');
    await pause(50);
  }
}

const seen = async (): Promise<string> => String(await shop.api.parts.log.lastPosition());
const runOf = async (runId: string) => (await shop.api.get(`/retention-runs/${runId}?after=${await seen()}`, 'auditor')).body;
const completed = (runId: string) =>
  until(async () => {
    const run = await runOf(runId);
    return run.status === 'completed' ? run : undefined;
  });
async function run(dryRun: boolean) {
  const asked = await shop.as('privacy-officer')('/retention-runs', { dryRun });
  expect(asked.status).toBe(202);
  return working(() => completed(asked.body.runId));
}
async function events(prefix: string): Promise<DomainEvent[]> {
  const found: DomainEvent[] = [];
  for await (const { event } of shop.api.parts.log.readFiltered({ streamPrefixes: [prefix] })) found.push(event);
  return found;
}

describe('a run of the retention (GDPR art. 5(1)(e); promises P-61, P-62, P-66 to P-68)', () => {
  let due: string[];
  let restricted: string;
  let held: string;

  it('lets nothing go under a length that is assumed: it is counted as waiting', async () => {
    due = [await formerCustomer(), await formerCustomer()];
    restricted = await formerCustomer();
    held = await formerCustomer();
    await shop.representative(); // whose contract lasts
    const { counts, rules } = await run(false);
    expect(counts).toEqual({ due: 0, deleted: 0, deferred: [], failed: 0, waiting: 4, refused: 0, unruled: 0 });
    expect(rules).toContainEqual({ ruleId: 'order-3y', version: 1, confirmed: false });
    expect(await events('erasure-')).toEqual([]);
  });

  it('foresees in a dry run what it does: erased, or deferred with exception and article, and everybody accounted for', async () => {
    const as = shop.as('privacy-officer');
    await as('/retention-rules/order-3y/confirmation', { reason: 'vedtatt', document: 'board 2026/3' });
    await as(`/data-subjects/${restricted}/restrictions`, { ground: 'accuracy-contested', channel: 'e-mail' });
    const context = { commandId: newUuid(), actor: { id: 'anne', role: 'privacy-officer' } as const, now: new Date() };
    const hold = {
      type: 'PlaceHold',
      holdId: newUuid(),
      on: { subjectId: held },
      reason: 'claim',
      document: 'case 7',
      proposedBy: 'ola',
    } as const;
    const { commandId, actor: decidedBy, now: at } = context;
    const placed = await new Decisions(shop.api.parts.log).run(legalHolds, { ...hold, commandId, decidedBy, at }, context);
    expect(placed.refusal).toBeUndefined();

    const dry = await run(true);
    expect(await events('erasure-')).toEqual([]);
    expect(dry.counts).toMatchObject({ due: 4, deleted: 2, failed: 0, waiting: 0 });
    expect(dry.counts.deferred).toHaveLength(2);
    expect(dry.counts.deferred).toEqual(
      expect.arrayContaining([
        { exception: 'restriction', legal: 'GDPR art. 18(2)', count: 1 },
        { exception: 'legal-hold', legal: 'GDPR art. 17(3)(e)', count: 1 },
      ]),
    );
    const real = await run(false);
    expect(real.counts.deferred).toEqual(expect.arrayContaining(dry.counts.deferred));
    expect({ ...real.counts, deferred: [] }).toEqual({ ...dry.counts, deferred: [] });
    const decided = (await events('erasure-')).filter(({ type }) => type === 'ErasureDecided');
    expect(decided.map(({ data }) => (data as { subjectId: string }).subjectId).sort()).toEqual([...due].sort());
  });

  it('begins nothing twice, however often it is run', async () => {
    await run(false);
    await run(false);
    const all = await events('erasure-');
    expect(all.filter(({ type }) => type === 'ErasureDecided')).toHaveLength(2);
    expect(all.filter(({ type }) => type === 'ErasureDeferred')).toHaveLength(2);
  });

  it('takes up what was deferred when the restriction is lifted', async () => {
    const as = shop.as('privacy-officer');
    const restrictionId = (await shop.ledger(restricted)).flatMap((event) =>
      event.type === 'ProcessingRestricted' ? [event.data.restrictionId] : [],
    )[0]!;
    const told = await as(`/data-subjects/${restricted}/restrictions/${restrictionId}/announcements`, {
      because: 'accuracy-verified',
      channel: 'e-mail',
    });
    const lifted = await as(`/data-subjects/${restricted}/restrictions/${restrictionId}/liftings`, { because: 'accuracy-verified' });
    expect([told.status, lifted.status]).toEqual([201, 201]);
    const { counts } = await run(false);
    expect(counts.deferred).toEqual([{ exception: 'legal-hold', legal: 'GDPR art. 17(3)(e)', count: 1 }]);
    expect((await events('erasure-')).filter(({ type }) => type === 'ErasureResumed')).toHaveLength(1);
  });

  it('is asked for by few, and with a word that is true or false', async () => {
    expect((await shop.as('service')('/retention-runs', { dryRun: true })).status).toBe(403);
    const wrong = await shop.as('privacy-officer')('/retention-runs', { dryRun: 'yes' });
    expect(wrong.status).toBe(400);
    expect(wrong.headers.get('content-type')).toContain('problem+json');
    expect((await shop.api.get(`/retention-runs/${newUuid()}`, 'auditor')).status).toBe(404);
    expect((await shop.api.get('/retention-runs/07816723854', 'auditor')).status).toBe(400);
  });

  it('is listed, the newest first', async () => {
    const first = await shop.api.get('/retention-runs?limit=3', 'auditor');
    expect(first.body.items).toHaveLength(3);
    const rest = await shop.api.get(`/retention-runs?cursor=${first.body.next}`, 'auditor');
    const all = [...first.body.items, ...rest.body.items].map(({ since }: { since: string }) => since);
    expect(all).toEqual([...all].sort().reverse());
  });
});

describe('what is due (promise P-68)', () => {
  it('is told page by page for a day to come, with rule and last day, and nothing of it names anybody', async () => {
    await working(() => until(async () => ((await shop.api.get('/retention/due', 'auditor')).body.items.length > 0 ? true : undefined)));
    const { body } = await shop.api.get('/retention/due?at=2026-01-01&limit=2', 'auditor');
    expect(body.items[0]).toMatchObject({
      retentionClass: 'contact',
      state: 'due',
      rule: 'order-3y',
      activity: 'C-1',
      until: '2024-03-01',
    });
    const next = await shop.api.get(`/retention/due?at=2026-01-01&limit=2&cursor=${body.next}`, 'auditor');
    expect(next.body.items.length).toBeGreaterThan(0);
    expect(next.body.items[0].subjectId).not.toBe(body.items[1].subjectId);
    expect((await shop.api.get('/retention/due?at=2024-03-01', 'auditor')).body.items).toEqual([]);
    expect((await shop.api.get('/retention/due?at=2040-01-01&limit=200', 'auditor')).text).not.toContain('@');
  });
  it.each(['at=soon', 'at=2030-02-30', 'state=all', 'cursor=abc'])('is not told for %s', async (query) => {
    expect([400, 422]).toContain((await shop.api.get(`/retention/due?${query}`, 'auditor')).status);
  });
  it('follows a rule that is set anew, without any event of a person', async () => {
    const as = shop.as('privacy-officer');
    const rule = {
      trigger: 'contract-ended',
      length: 'P40Y',
      basis: 'foreldelsesloven',
      confirmed: true,
      reason: 'vedtatt',
      proposedBy: 'ola',
    };
    expect((await as('/retention-rules/order-3y/versions', rule)).status).toBe(201);
    const counts = (await run(true)).counts;
    expect(counts.due).toBe(0);
    expect((await shop.api.get('/retention/due?at=2026-01-01', 'auditor')).body.items).toEqual([]);
  });
  it('refuses where a rule has lost its length, until a number is set (T-14)', async () => {
    const as = shop.as('privacy-officer');
    const rule = { trigger: 'contract-ended', basis: 'foreldelsesloven', confirmed: true, reason: 'vedtatt', proposedBy: 'ola' };
    expect((await as('/retention-rules/order-3y/versions', rule)).status).toBe(201);
    const { counts } = await run(false);
    expect(counts).toMatchObject({ due: 0, deleted: 0 });
    expect(counts.refused).toBe(5);
    const listed = await shop.api.get('/retention/due?state=refused-no-length', 'auditor');
    expect(listed.body.items[0]).toMatchObject({ state: 'refused-no-length', rule: 'order-3y', retentionClass: 'contact' });
  });
});

describe('the schedule (promise P-67)', () => {
  const at = (day: string): Clock => ({ now: () => new Date(`${day}T02:15:30.000Z`) });
  it('runs once a night, also where several workers look and where one was never there', async () => {
    const night = new Date(Date.now() + 48 * hour).toISOString().slice(0, 10);
    const other = new Pool({ connectionString: shop.api.urls.worker, max: 4 });
    const second = startRetention(partsOn(other), settings({}), { everyMs: 50, clock: at(night) });
    await working(() => completed(night), { clock: at(night) });
    await second.stop();
    await other.end();
    await working(() => pause(500), { clock: at(night) });
    const found: RetentionRunEvent[] = [];
    for await (const { event } of shop.api.parts.log.readStream(retentionRunStream(night))) found.push(event as RetentionRunEvent);
    expect(found.map(({ type }) => type)).toEqual(['RetentionRunStarted', 'RetentionRunCompleted']);
    const jobs = await pool.query<{ state: string }>(`SELECT state FROM pgboss.job WHERE data ->> 'name' = $1`, [night]);
    expect(jobs.rows).toEqual([{ state: 'completed' }]);
  });

  it('finds a run whose job was lost', async () => {
    const asked = await shop.as('privacy-officer')('/retention-runs', { dryRun: true });
    await working(() => completed(asked.body.runId));
    const again = await shop.as('privacy-officer')('/retention-runs', { dryRun: true });
    await working(async () => {
      await until(async () => {
        await pool.query('DELETE FROM pgboss.job');
        return (await runOf(again.body.runId)).status === 'completed' ? true : undefined;
      });
    });
  });

  it('is no cron expression but one of five fields', () => {
    expect(() => startRetention(partsOn(pool), settings({ HJEMMEL_RETENTION_CRON: 'nightly' }))).toThrow(
      'HJEMMEL_RETENTION_CRON must be a cron expression',
    );
  });

  it('gives the worker’s login what it needs of pg-boss and no more', async () => {
    for (const statement of [
      `SELECT pgboss.create_queue('other', '{}')`,
      `SELECT pgboss.delete_queue('retention-run')`,
      'DROP TABLE pgboss.job',
      `UPDATE pgboss.queue SET retry_limit = 0`,
      `UPDATE pgboss.version SET version = 1`,
    ])
      await expect(pool.query(statement)).rejects.toThrow(/permission denied|must be owner/);
  });
});

it('leaves no personal data in what it writes', async () => {
  const written = JSON.stringify(await events(retentionRunStreams));
  expect(written).not.toMatch(/@|vik\.example/);
});
