import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { standingsOf } from '@hjemmel/contexts/retention/due/due';
import type { Held } from '@hjemmel/contexts/retention/due/held';
import { admitted, contractEnded, holding, norms, registered } from '@hjemmel/contexts/retention/due/testing/person';
import { lookAgain } from '@hjemmel/contexts/retention/look/keeping';
import { keepingStore } from '@hjemmel/contexts/retention/read-models/keeping.store';
import { ensureRoles } from '@hjemmel/embedded-postgres';
import { startTestPostgres } from '@hjemmel/embedded-postgres/testing';
import { Pool } from 'pg';
import { migrate } from '../../apps/hjemmel/migrations';
import type { BenchRow, BenchTable } from './types';

const PEOPLE = 200_000;
const CHANGED = 1_000;
/** One in so many is over. */
const OVER = 200;
const now = new Date('2030-06-01T10:00:00.000Z');

/** What a nightly run costs before it erases anybody: looking at everybody once, and from then on at those alone who changed or are due. */
export async function run(): Promise<BenchTable> {
  const folder = await mkdtemp(join(tmpdir(), 'hjemmel-bench-retention-'));
  const postgres = await startTestPostgres();
  const urls = await ensureRoles(postgres.ownerUrl, join(folder, 'secrets'));
  await migrate(urls.owner);
  const [owner, worker] = [poolOf(urls.owner), poolOf(urls.worker)];
  try {
    await fill(owner);
    const store = keepingStore(worker);
    const known = norms();
    const reading = await timed(async () => {
      for (let behind = ''; ;) {
        const rows = await store.all(behind, 500);
        if (rows.length < 500) return;
        behind = rows.at(-1)!.subjectId;
      }
    });
    const everybody = await timed(() => lookAgain(store, known, 1n, now));
    const nobody = await timed(() => lookAgain(store, known, 1n, now));
    await owner.query(`UPDATE read.held SET position = ${PEOPLE} + position WHERE position <= ${CHANGED}`);
    await owner.query(`UPDATE read.checkpoints SET position = ${2 * PEOPLE} WHERE model = 'held'`);
    const changed = await timed(() => lookAgain(store, known, 1n, now));
    const due = await timed(async () => {
      let behind = '';
      for (let found = 50; found === 50;) {
        const page = await store.due(now, behind, 50);
        found = page.length;
        behind = page.at(-1) ?? behind;
      }
    });
    return {
      title: 'Looking at what is held',
      rows: [
        pure(),
        rate(`everybody: ${PEOPLE.toLocaleString('en')} persons, after a change of rules`, PEOPLE, everybody, reading),
        { what: 'when nothing has changed', value: nobody, unit: 'ms' },
        { what: `when ${CHANGED.toLocaleString('en')} persons have`, value: changed, unit: 'ms' },
        { what: `${(PEOPLE / OVER).toLocaleString('en')} persons who are due found among them`, value: due, unit: 'ms' },
      ],
      settings: { people: PEOPLE, classes: 2 },
    };
  } finally {
    await Promise.all([owner.end(), worker.end()]);
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function poolOf(connectionString: string): Pool {
  const pool = new Pool({ connectionString, max: 4 });
  pool.on('error', () => undefined); // a connection may still be saying goodbye when its server stops
  return pool;
}

const ordered = [registered('contact', 'invoice-2029'), admitted('C-1'), admitted('C-2')] as const;
const lasting: Held = holding(...ordered);
const over: Held = holding(...ordered, contractEnded('2027-01-01T12:00:00.000Z'));

async function fill(owner: Pool): Promise<void> {
  await owner.query(
    `INSERT INTO read.held (subject_id, held, position)
     SELECT md5(n::text), CASE WHEN n % ${OVER} = 0 THEN $1::jsonb ELSE $2::jsonb END || jsonb_build_object('subjectId', md5(n::text)), n
     FROM generate_series(1, ${PEOPLE}) n`,
    [JSON.stringify(over), JSON.stringify(lasting)],
  );
  await owner.query(`UPDATE read.checkpoints SET position = ${PEOPLE} WHERE model = 'held'`);
  await owner.query('ANALYZE read.held');
}

function pure(): BenchRow {
  const known = norms();
  const times = 100_000;
  const begun = performance.now();
  for (let i = 0; i < times; i++) standingsOf(over, known, now);
  return { what: 'how long one person’s data is kept, decided', value: ((performance.now() - begun) / times) * 1_000, unit: 'µs' };
}

async function timed(task: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await task();
  return performance.now() - begun;
}

const rate = (what: string, count: number, ms: number, readingMs: number): BenchRow => ({
  what,
  value: count / (ms / 1_000),
  unit: 'persons/s',
  beside: `${Math.round(count / (readingMs / 1_000)).toLocaleString('en')}/s read from Postgres alone`,
});
