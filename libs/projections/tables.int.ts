import { startTestPostgres, TestPostgres } from '@hjemmel/embedded-postgres/testing';
import { Pool } from 'pg';
import { checkpoints } from './position';
import { readModel } from './read-model';
import { ModelStore } from './store';
import { ensureProjectionTables } from './tables';

interface Row {
  readonly id: string;
  readonly user: string | null;
}

const declare = (version: number, indexes: string[][] = []) =>
  readModel<Row>('cards', { version, table: 'cards', key: 'id', columns: { id: 'text', user: 'text' }, indexes });

describe('the tables of read models', () => {
  let postgres: TestPostgres;
  let pool: Pool;
  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  beforeEach(async () => {
    pool = new Pool({ connectionString: await postgres.freshDatabase() });
    pool.on('error', () => undefined);
  });
  afterEach(() => pool.end());
  afterAll(() => postgres.stop());

  const put = (version: number) =>
    new ModelStore(pool, declare(version)).write(new Map([['a', { id: 'a', user: 'u' }]]), { from: -1n, to: 7n, recordedAt: undefined });
  const cards = async () => (await pool.query<{ id: string; user: string }>('SELECT id, "user" FROM read.cards')).rows;

  it('are made once, by however many processes at a time, and keep their rows', async () => {
    await Promise.all([1, 2, 3, 4].map(() => ensureProjectionTables(pool, [declare(1)])));
    expect(await put(1)).toBe(true);
    await ensureProjectionTables(pool, [declare(1)]);
    expect(await cards()).toEqual([{ id: 'a', user: 'u' }]);
    expect(await checkpoints(pool)).toMatchObject([{ model: 'cards', version: 1, position: 7n }]);
  });

  it('get the indexes that are declared, also later', async () => {
    await ensureProjectionTables(pool, [declare(1)]);
    await ensureProjectionTables(pool, [declare(1, [['user desc nulls last', 'id'], ['user']])]);
    const { rows } = await pool.query<{ indexdef: string }>(`SELECT indexdef FROM pg_indexes WHERE tablename = 'cards' ORDER BY indexdef`);
    expect(rows.map(({ indexdef }) => indexdef.replace(/.* USING btree /, ''))).toEqual([
      '("user" DESC NULLS LAST, id)',
      '("user")',
      '(id)',
    ]);
  });

  it('begin anew when the version is raised; the older program can write no more, and leaves the new table alone', async () => {
    await ensureProjectionTables(pool, [declare(1)]);
    await put(1);
    await ensureProjectionTables(pool, [declare(2)]);
    expect(await cards()).toEqual([]);
    expect(await checkpoints(pool)).toMatchObject([{ version: 2, position: -1n }]);

    await ensureProjectionTables(pool, [declare(1)]);
    expect(await put(1)).toBe(false);
    expect(await new ModelStore(pool, declare(1)).checkpoint()).toBe('superseded');
    expect(await new ModelStore(pool, declare(3)).checkpoint()).toBe('missing');
    expect(await cards()).toEqual([]);
  });

  it('refuse columns that changed under the same version', async () => {
    await ensureProjectionTables(pool, [declare(1)]);
    const changed = { ...declare(1), columns: { id: 'text', user: 'integer' } } as const;
    await expect(ensureProjectionTables(pool, [changed])).rejects.toMatchObject({
      code: 'HJ001',
      message: 'the columns of read model cards changed, but its version is still 1',
    });
  });
});
