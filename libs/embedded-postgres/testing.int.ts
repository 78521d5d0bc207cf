import { Client } from 'pg';
import { startTestPostgres, TestPostgres } from './testing';

async function rows(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('a Postgres for tests', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.stop());

  it('gives databases that know nothing of each other', async () => {
    const other = await postgres.freshDatabase();
    await rows(postgres.url, 'CREATE TABLE kort (id int)');
    await expect(rows(other, 'SELECT * FROM kort')).rejects.toThrow('does not exist');
    expect(await rows(other, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('keeps UTF-8 in the order of code points, and Norwegian order where a query asks for it', async () => {
    const names = `(VALUES ('Åse'), ('Ære'), ('Zoe'), ('Øst')) AS t(name)`;
    const order = async (by: string) =>
      (await rows(postgres.url, `SELECT name FROM ${names} ORDER BY ${by}`)).map((row) => Object.values(row as object)[0]);
    expect(await order('name')).toEqual(['Zoe', 'Åse', 'Ære', 'Øst']);
    expect(await order('name COLLATE "nb-x-icu"')).toEqual(['Zoe', 'Ære', 'Øst', 'Åse']);
  });
});
