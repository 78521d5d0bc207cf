import { Pool, QueryConfig } from 'pg';
import { columnsOf, decoder, encoder, keyColumnOf, quoted, selection, tableOf } from './columns';
import { CHANNEL } from './notification';
import { ReadModel } from './read-model';

/** Longer than any batch takes. A connection that says nothing for so long is given up, and what it did is found out anew. */
const QUERY_TIMEOUT_MS = 30_000;

/** A checkpoint's step from one position to a later one, with the time at which the log recorded what stands there. */
export interface Step {
  readonly from: bigint;
  readonly to: bigint;
  readonly recordedAt: Date | undefined;
}

/**
 * The table of one read model and its checkpoint. One statement, hence one transaction, writes both: first it moves the checkpoint
 * by compare-and-set, which also locks it, and it writes rows only where that succeeded. Rows fetched while the checkpoint stood
 * at `from` are therefore the rows that are written over: whoever had changed them would have moved it.
 */
export class ModelStore {
  private readonly select: string;
  private readonly upsert: string;
  private readonly encode: (row: object) => object;
  private readonly decode: (json: string) => object;

  constructor(
    private readonly pool: Pool,
    private readonly model: ReadModel,
  ) {
    const columns = columnsOf(model);
    const key = quoted(keyColumnOf(model).name);
    this.encode = encoder(columns);
    this.decode = decoder(columns);
    this.select = `SELECT ${key}, ${selection(columns)} FROM ${tableOf(model)} WHERE ${key} = ANY($1::text[])`;
    this.upsert = upsertSql(model);
  }

  /** Where the model stands, -1n at the beginning; `superseded` when only a higher version has a checkpoint, `missing` when none has. */
  async checkpoint(): Promise<bigint | 'superseded' | 'missing'> {
    const { rows } = await this.query<[number, string]>('checkpoint', 'SELECT version, position FROM read.checkpoints WHERE model = $1', [
      this.model.name,
    ]);
    const own = rows.find(([version]) => version === this.model.version);
    if (own) return BigInt(own[1]);
    return rows.some(([version]) => version > this.model.version) ? 'superseded' : 'missing';
  }

  async rows(keys: ReadonlySet<string>): Promise<Map<string, object>> {
    const present = new Map<string, object>();
    if (keys.size === 0) return present;
    const { rows } = await this.query<[string, string]>('rows', this.select, [[...keys]]);
    for (const [key, json] of rows) present.set(key, this.decode(json));
    return present;
  }

  /** @returns false, and writes nothing, when the checkpoint does not stand at `from` any more */
  async write(changes: ReadonlyMap<string, object | undefined>, { from, to, recordedAt }: Step): Promise<boolean> {
    const { name, version } = this.model;
    const put: object[] = [];
    const gone: string[] = [];
    for (const [key, row] of changes) {
      if (row) put.push(this.encode(row));
      else gone.push(key);
    }
    const { rowCount } = await this.query('write', this.upsert, [name, version, from, to, recordedAt, jsonOf(put), gone]);
    return rowCount === 1;
  }

  /** Prepared once for each connection. Rows come as arrays. */
  private query<R extends unknown[]>(statement: string, text: string, values: unknown[]) {
    const config: QueryConfig & { rowMode: 'array'; query_timeout: number } = {
      name: `${statement} ${this.model.table}`,
      text,
      values,
      rowMode: 'array',
      query_timeout: QUERY_TIMEOUT_MS,
    };
    return this.pool.query<R>(config);
  }
}

/** A row holds what JSON can't carry: the fold of that model is at fault. */
export class UnwritableRow extends Error {
  constructor() {
    super('a row holds what JSON cannot carry');
    this.name = 'UnwritableRow';
  }
}

function jsonOf(rows: readonly object[]): string {
  try {
    return JSON.stringify(rows);
  } catch {
    throw new UnwritableRow(); // and not what JSON.stringify says, which may quote the row
  }
}

/**
 * `jsonb_to_recordset` and not `unnest`: within a tenth of its speed in Postgres, at half of the cost in this process, and arrays
 * need no case of their own (`npm run bench -- projections` measures both).
 */
function upsertSql(model: ReadModel): string {
  const columns = columnsOf(model);
  const table = tableOf(model);
  const key = quoted(keyColumnOf(model).name);
  const names = columns.map(({ name }) => quoted(name));
  const others = names.filter((name) => name !== key);
  const onConflict = others.length > 0 ? `UPDATE SET ${others.map((name) => `${name} = excluded.${name}`).join(', ')}` : 'NOTHING';
  return `
WITH moved AS (
  UPDATE read.checkpoints SET position = $4, recorded_at = coalesce($5, recorded_at), updated_at = now()
  WHERE model = $1 AND version = $2 AND position = $3
  RETURNING model, position
), gone AS (
  DELETE FROM ${table} WHERE ${key} = ANY($7::text[]) AND EXISTS (SELECT FROM moved)
), put AS (
  INSERT INTO ${table} (${names.join(', ')})
  SELECT ${names.join(', ')} FROM jsonb_to_recordset($6::jsonb) AS row (${columns.map(({ name, type }) => `${quoted(name)} ${type}`).join(', ')})
  WHERE EXISTS (SELECT FROM moved)
  ON CONFLICT (${key}) DO ${onConflict}
)
SELECT pg_notify('${CHANNEL}', model || ' ' || position) FROM moved`;
}
