import { createHash } from 'node:crypto';
import { Pool } from 'pg';
import { columnName, columnsOf, keyColumnOf, quoted, tableOf } from './columns';
import { CHANNEL } from './notification';
import { ReadModel } from './read-model';

/** Any number that nothing else in the database takes an advisory lock on. */
const LOCK = 4_711_203_611;

/** A checkpoint is updated many times a second: room in each page lets Postgres do that without touching an index. */
const checkpoints = `
CREATE SCHEMA IF NOT EXISTS read;
CREATE TABLE IF NOT EXISTS read.checkpoints (
  model text NOT NULL,
  version integer NOT NULL,
  definition text NOT NULL,
  position bigint NOT NULL DEFAULT -1,
  recorded_at timestamptz,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (model, version)
) WITH (fillfactor = 50);`;

/**
 * SQL that makes the tables of these read models, their indexes and their checkpoints, where they are missing. It may be run
 * at any time, also by several processes at once. A model whose version was raised loses its old table and starts at the
 * beginning of the log; an older program leaves the tables of a newer one alone. Columns that changed without a new version
 * are an error (SQLSTATE `HJ001`), since the rows at hand have the old shape.
 */
export function projectionTables(models: readonly ReadModel[]): string {
  return [`SELECT pg_advisory_xact_lock(${LOCK});`, checkpoints, ...models.map(tableSql)].join('\n');
}

/** Runs {@link projectionTables} in one transaction. */
export async function ensureProjectionTables(pool: Pool, models: readonly ReadModel[]): Promise<void> {
  await pool.query(projectionTables(models)); // without parameters, so that Postgres takes all of it as one transaction
}

function tableSql(model: ReadModel): string {
  const { name, version } = model;
  const table = tableOf(model);
  const create = createTable(model);
  const definition = createHash('sha256').update(create).digest('hex').slice(0, 16);
  return `
DO $model$
BEGIN
  IF EXISTS (SELECT FROM read.checkpoints WHERE model = '${name}' AND version > ${version}) THEN
    RETURN;
  END IF;
  IF EXISTS (SELECT FROM read.checkpoints WHERE model = '${name}' AND version = ${version} AND definition <> '${definition}') THEN
    RAISE EXCEPTION 'the columns of read model ${name} changed, but its version is still ${version}' USING ERRCODE = 'HJ001';
  END IF;
  IF NOT EXISTS (SELECT FROM read.checkpoints WHERE model = '${name}' AND version = ${version}) THEN
    DROP TABLE IF EXISTS ${table};
    DELETE FROM read.checkpoints WHERE model = '${name}';
    INSERT INTO read.checkpoints (model, version, definition) VALUES ('${name}', ${version}, '${definition}');
    PERFORM pg_notify('${CHANNEL}', '${name} -1');
  END IF;
  ${[create, ...model.indexes.map((columns) => createIndex(model, columns))].join('\n  ')}
END $model$;`;
}

function createTable(model: ReadModel): string {
  const columns = columnsOf(model).map(({ name, type, notNull }) => `${quoted(name)} ${type}${notNull ? ' NOT NULL' : ''}`);
  return `CREATE TABLE IF NOT EXISTS ${tableOf(model)} (${columns.join(', ')}, PRIMARY KEY (${quoted(keyColumnOf(model).name)}));`;
}

function createIndex(model: ReadModel, columns: readonly string[]): string {
  const parts = columns.map((column) => indexPart(model, column));
  const name = [model.table, ...parts.map(({ name, order }) => (order.startsWith(' DESC') ? `${name}_desc` : name)), 'idx'].join('_');
  const short = name.length <= 63 ? name : `${name.slice(0, 50)}_${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
  const list = parts.map(({ name, order }) => `${quoted(name)}${order}`).join(', ');
  return `CREATE INDEX IF NOT EXISTS ${quoted(short)} ON ${tableOf(model)} (${list});`;
}

function indexPart(model: ReadModel, declared: string): { name: string; order: string } {
  const [, column = '', order = ''] = /^(\w+)((?: (?:asc|desc))?(?: nulls (?:first|last))?)$/i.exec(declared.trim()) ?? [];
  const known = columnsOf(model).find(({ property, name }) => property === column || name === column);
  if (!known) throw new Error(`read model ${model.name}: no column for the index on "${declared}"`);
  return { name: columnName(known.property), order: order.toUpperCase() };
}
