import { startTestPostgres, TestPostgres } from '@hjemmel/embedded-postgres/testing';
import fc from 'fast-check';
import { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { CheckpointMover } from './checkpoint-mover';
import { entityOf } from './entity';
import { isAboutData } from './errors';
import { checkpoints } from './position';
import { readModel } from './read-model';
import { ModelStore } from './store';
import { ensureProjectionTables } from './tables';

interface Row {
  readonly id: string;
  readonly text: string | null;
  readonly tags: readonly string[] | null;
  readonly count: number | null;
  readonly position: bigint | null;
  readonly open: boolean | null;
  readonly happenedAt: string | null;
  readonly details: fc.JsonValue;
}

const model = readModel<Row>('everything', {
  version: 1,
  table: 'everything',
  key: 'id',
  columns: {
    id: 'text',
    text: 'text',
    tags: 'text[]',
    count: 'integer',
    position: 'bigint',
    open: 'boolean',
    happenedAt: 'timestamptz',
    details: 'jsonb',
  },
});

/** Postgres stores neither NUL nor half a surrogate pair. */
const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0'));
const row: fc.Arbitrary<Row> = fc.record({
  id: text,
  text: fc.option(text),
  tags: fc.option(fc.array(text, { maxLength: 3 })),
  count: fc.option(fc.integer()),
  position: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  open: fc.option(fc.boolean()),
  happenedAt: fc.option(
    fc.date({ noInvalidDate: true, min: new Date('1900-01-01'), max: new Date('2200-01-01') }).map((date) => date.toISOString()),
  ),
  details: fc.jsonValue({ stringUnit: 'grapheme' }).filter((value) => !JSON.stringify(value).includes('\\u0000')),
});

/** Postgres knows no -0, and no 1e-400. */
const plain = <T>(value: T): T =>
  typeof value === 'object' && value !== null ? (JSON.parse(JSON.stringify(value)) as T) : value === 0 ? (0 as T) : value;

describe('the table and the checkpoint of a read model', () => {
  let postgres: TestPostgres;
  let url: string;
  let pool: Pool;
  let store: ModelStore;
  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  beforeEach(async () => {
    url = await postgres.freshDatabase();
    pool = new Pool({ connectionString: url, options: '-c TimeZone=Europe/Oslo' });
    pool.on('error', () => undefined);
    await ensureProjectionTables(pool, [model]);
    store = new ModelStore(pool, model);
  });
  afterEach(() => pool.end());
  afterAll(() => postgres.stop());

  const blank: Row = { id: 'a', text: null, tags: null, count: null, position: null, open: null, happenedAt: null, details: null };
  const put = (rows: readonly Row[], from: bigint, to: bigint) =>
    store.write(new Map(rows.map((each) => [each.id, each])), { from, to, recordedAt: new Date() });
  const get = async (...keys: string[]) => Object.fromEntries(await store.rows(new Set(keys)));

  /** One that remembers nothing of what was written. */
  const getByAnother = async (...keys: string[]) => Object.fromEntries(await new ModelStore(pool, model).rows(new Set(keys)));

  it('take instants of any zone for what they are', async () => {
    await put([{ ...blank, happenedAt: '2024-05-17T12:30:00+02:00' }], -1n, 5n);
    for (const read of [get, getByAnother]) expect(await read('a')).toEqual({ a: { ...blank, happenedAt: '2024-05-17T10:30:00.000Z' } });
  });

  it('give back every value as it was put in, whatever the time zone of the connection', async () => {
    let at = -1n;
    const rows = fc.uniqueArray(row, { selector: ({ id }) => id, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(rows, async (written) => {
        expect(await put(written, at, ++at)).toBe(true);
        const expected = written.map((each) => [each.id, { ...each, count: plain(each.count), details: plain(each.details) }]);
        const keys = written.map(({ id }) => id);
        expect(await get(...keys)).toEqual(Object.fromEntries(expected));
        expect(await getByAnother(...keys)).toEqual(Object.fromEntries(expected));
      }),
    );
  });

  it('are read by the entity that comes of the same declaration as they were written', async () => {
    const full: Row = {
      ...blank,
      tags: ['å', '"b"'],
      count: 3,
      position: 2n ** 60n,
      open: true,
      happenedAt: '2024-05-17T10:30:00.120Z',
      details: { a: [1] },
    };
    await put([blank, { ...full, id: 'b' }], -1n, 5n);
    const source = await new DataSource({ type: 'postgres', url, entities: [entityOf(model)] }).initialize();
    expect(await source.getRepository<Row>(model.name).find({ order: { id: 'ASC' } })).toEqual([blank, { ...full, id: 'b' }]);
    await source.destroy();
  });

  it('write over, insert and delete in one step', async () => {
    await put([blank, { ...blank, id: 'b' }], -1n, 5n);
    const changes = new Map<string, Row | undefined>([
      ['a', undefined],
      ['b', { ...blank, id: 'b', count: 2 }],
      ['c', { ...blank, id: 'c', count: 3 }],
    ]);
    expect(await store.write(changes, { from: 5n, to: 6n, recordedAt: undefined })).toBe(true);
    const expected = { b: { ...blank, id: 'b', count: 2 }, c: { ...blank, id: 'c', count: 3 } };
    expect(await get('a', 'b', 'c')).toEqual(expected);
    expect(await getByAnother('a', 'b', 'c')).toEqual(expected);
  });

  it('change nothing when the checkpoint stands elsewhere', async () => {
    await put([blank], -1n, 5n);
    expect(await put([{ ...blank, count: 9 }], -1n, 6n)).toBe(false);
    expect(await store.write(new Map([['a', undefined]]), { from: 4n, to: 6n, recordedAt: undefined })).toBe(false);
    expect(await get('a')).toEqual({ a: blank });
    expect(await store.checkpoint()).toBe(5n);
  });

  it('let one of two writers win that start from the same checkpoint at the same time', async () => {
    for (let at = -1n; at < 20n; at++) {
      const outcomes = await Promise.all([1, 2, 3].map((count) => put([{ ...blank, count }], at, at + 1n)));
      expect(outcomes.filter((won) => won)).toHaveLength(1);
      expect((await get('a'))['a']).toMatchObject({ count: outcomes.indexOf(true) + 1 });
    }
  });

  it('know nothing of what another has written until the checkpoint is looked at again', async () => {
    await put([blank], -1n, 5n);
    const other = new ModelStore(pool, model);
    await other.write(new Map([['a', { ...blank, count: 7 }]]), { from: 5n, to: 6n, recordedAt: undefined });
    expect(await put([{ ...blank, count: 1 }], 5n, 7n)).toBe(false);
    expect(await store.checkpoint()).toBe(6n);
    expect(await get('a')).toEqual({ a: { ...blank, count: 7 } });
  });

  it('leave no row behind when one of a batch cannot be stored, and tell that the data is at fault', async () => {
    const poisons = [
      { text: 'nul \0 byte' },
      { count: 2 ** 40 },
      { happenedAt: '2024-02-30T25:00:00.000Z' },
      { happenedAt: '2024-01-01' },
      { details: { toJSON: () => 1n } as object as fc.JsonValue },
    ];
    for (const poison of poisons) {
      const failure: unknown = await put(
        [
          { ...blank, id: 'b' },
          { ...blank, ...poison },
        ],
        -1n,
        5n,
      ).catch((error: unknown) => error);
      expect(isAboutData(failure)).toBe(true);
    }
    expect(await get('a', 'b')).toEqual({});
    expect(await store.checkpoint()).toBe(-1n);
  });

  it('move over events that mean nothing, for several models at once, each by its own compare-and-set', async () => {
    const other = readModel<{ id: string }>('other', { version: 1, table: 'other', key: 'id', columns: { id: 'text' } });
    await ensureProjectionTables(pool, [other]);
    const mover = new CheckpointMover(pool);
    const recordedAt = new Date('2024-05-17T10:00:00Z');
    const step = { from: -1n, to: 9n, recordedAt };
    expect(await Promise.all([mover.move(model, step), mover.move(other, { ...step, from: 3n })])).toEqual([true, false]);
    expect(await Promise.all([mover.move(model, step), mover.move(other, step)])).toEqual([false, true]);
    expect(await checkpoints(pool)).toMatchObject([
      { model: 'everything', position: 9n, recordedAt },
      { model: 'other', position: 9n, recordedAt },
    ]);
  });

  it('leave a checkpoint that another worker is about to move to that worker', async () => {
    const elsewhere = await pool.connect();
    await elsewhere.query(`BEGIN; UPDATE read.checkpoints SET position = 4 WHERE model = 'everything'`);
    expect(await new CheckpointMover(pool).move(model, { from: -1n, to: 9n, recordedAt: undefined })).toBe(false);
    await elsewhere.query('COMMIT');
    elsewhere.release();
    expect(await store.checkpoint()).toBe(4n);
  });
});
