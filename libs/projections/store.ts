import { Pool, QueryConfig } from 'pg';
import { codecOf, columnsOf, keyColumnOf, quoted, RowCodec, selection, tableOf } from './columns';
import { CHANNEL } from './notification';
import { ReadModel } from './read-model';
import { RowCache } from './row-cache';

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
  private readonly codec: RowCodec;
  private readonly known = new RowCache();

  constructor(
    private readonly pool: Pool,
    private readonly model: ReadModel,
  ) {
    const columns = columnsOf(model);
    const key = quoted(keyColumnOf(model).name);
    this.codec = codecOf(columns);
    this.select = `SELECT ${key}, ${selection(columns)} FROM ${tableOf(model)} WHERE ${key} = ANY($1::text[])`;
    this.upsert = upsertSql(model);
  }

  /**
   * Where the model stands, -1n at the beginning; `superseded` when only a higher version has a checkpoint, `missing` when none has.
   * Whoever has to ask does not know what others wrote either: rows are fetched anew.
   */
  async checkpoint(): Promise<bigint | 'superseded' | 'missing'> {
    this.known.clear();
    const { rows } = await this.query<[number, string]>('checkpoint', 'SELECT version, position FROM read.checkpoints WHERE model = $1', [
      this.model.name,
    ]);
    const own = rows.find(([version]) => version === this.model.version);
    if (own) return BigInt(own[1]);
    return rows.some(([version]) => version > this.model.version) ? 'superseded' : 'missing';
  }

  /** The rows that there are under these keys, while the checkpoint stands where it was moved to or found last. */
  async rows(keys: ReadonlySet<string>): Promise<Map<string, object>> {
    const present = new Map<string, object>();
    const unknown: string[] = [];
    for (const key of keys) {
      const json = this.known.get(key);
      if (json === undefined) unknown.push(key);
      else present.set(key, this.codec.decode(json));
    }
    if (unknown.length === 0) return present;
    const { rows } = await this.query<[string, string]>('rows', this.select, [unknown]);
    for (const [key, json] of rows) present.set(key, this.codec.decodeSelected(json));
    return present;
  }

  /** @returns false, and writes nothing, when the checkpoint does not stand at `from` any more */
  async write(changes: ReadonlyMap<string, object | undefined>, { from, to, recordedAt }: Step): Promise<boolean> {
    const { name, version } = this.model;
    const written = [...changes].map(([key, row]) => [key, row && jsonOf(this.codec, row)] as const);
    const put = written.flatMap(([, json]) => json ?? []).join();
    const gone = written.flatMap(([key, json]) => (json === undefined ? [key] : []));
    const { rowCount } = await this.query('write', this.upsert, [name, version, from, to, recordedAt, `[${put}]`, gone]);
    if (rowCount !== 1) return false;
    for (const [key, json] of written) this.known.set(key, json);
    return true;
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

/** A row holds what JSON can't carry, or what is no instant where one must stand: the fold of that model is at fault. */
export class UnwritableRow extends Error {
  constructor() {
    super('a row holds what cannot be stored');
    this.name = 'UnwritableRow';
  }
}

function jsonOf(codec: RowCodec, row: object): string {
  try {
    return JSON.stringify(codec.encode(row));
  } catch {
    throw new UnwritableRow(); // and not what the error says, which may quote the row
  }
}

/**
 * `jsonb_to_recordset` and not `unnest`: Postgres takes as long for it, this process half as long, and arrays need no case of their
 * own (`npm run bench -- projections` measures both).
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
