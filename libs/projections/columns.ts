import { ColumnType, ReadModel } from './read-model';

export interface Column {
  readonly property: string;
  readonly name: string;
  readonly type: ColumnType;
  readonly notNull: boolean;
}

/** `placedAt` → `placed_at`; what is in snake case already stays as it is. */
export function columnName(property: string): string {
  const name = property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(name)) throw new Error(`"${property}" gives no name for a column`);
  return name;
}

export function columnsOf(model: ReadModel): readonly Column[] {
  const columns = Object.entries(model.columns).map(([property, declared]) => ({
    property,
    name: columnName(property),
    type: declared.replace(' not null', '') as ColumnType,
    notNull: declared.endsWith(' not null') || property === model.key,
  }));
  if (new Set(columns.map(({ name }) => name)).size < columns.length) throw new Error(`read model ${model.name}: two columns of one name`);
  return columns;
}

export function keyColumnOf(model: ReadModel): Column {
  const column = columnsOf(model).find(({ property }) => property === model.key);
  if (column?.type !== 'text') throw new Error(`read model ${model.name}: its key ${model.key} is no text column`);
  return column;
}

/** Quoted, since `order` or `user` may well be a column. */
export const quoted = (name: string): string => `"${name}"`;

export const tableOf = (model: ReadModel): string => `read.${quoted(model.table)}`;

/** SQL that gives a row as the text of a JSON array, in the order of `columns`, losing nothing on the way. */
export const selection = (columns: readonly Column[]): string => `json_build_array(${columns.map(selected).join(', ')})::text`;

function selected({ name, type }: Column): string {
  if (type === 'bigint') return `${quoted(name)}::text`;
  return type === 'timestamptz' ? `${quoted(name)} AT TIME ZONE 'UTC'` : quoted(name);
}

/** Rows as JSON, losing nothing: what `encode` takes comes back from `decode` and, through Postgres, from `decodeSelected`. */
export interface RowCodec {
  /** By column name, for `jsonb_to_recordset`. */
  encode(row: object): object;
  decode(json: string): object;
  /** From the text that {@link selection} gives. */
  decodeSelected(json: string): object;
}

export function codecOf(columns: readonly Column[]): RowCodec {
  const rowOf = (valueOf: (column: Column, index: number) => unknown): object => {
    const row: Record<string, unknown> = {};
    columns.forEach((column, index) => (row[column.property] = decoded(valueOf(column, index), column.type)));
    return row;
  };
  return {
    encode: (row) => {
      const encoded: Record<string, unknown> = {};
      for (const { property, name, type } of columns) encoded[name] = encodedValue((row as Record<string, unknown>)[property], type);
      return encoded;
    },
    decode: (json) => {
      const values = JSON.parse(json) as Record<string, unknown>;
      return rowOf(({ name }) => values[name]);
    },
    decodeSelected: (json) => {
      const values = JSON.parse(json) as unknown[];
      return rowOf((_, index) => values[index]);
    },
  };
}

function encodedValue(value: unknown, type: ColumnType): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (type === 'timestamptz' && typeof value === 'string') return instant(value);
  return value ?? null;
}

/** As `Date.toISOString` writes it. Without a zone it would mean another instant on another machine, so it is refused. */
function instant(text: string): string {
  if (text.length === 24 && text.endsWith('Z')) return text;
  if (!/T.*(Z|[+-]\d\d:\d\d)$/.test(text)) throw new RangeError('an instant without a zone');
  return new Date(text).toISOString();
}

function decoded(value: unknown, type: ColumnType): unknown {
  if (typeof value !== 'string') return value;
  if (type === 'bigint') return BigInt(value);
  // Postgres writes as much of the fraction as there is, and no zone: `2024-01-01T12:00:00`, `…:00.12`.
  return type === 'timestamptz' ? `${value.slice(0, 23).padEnd(20, '.').padEnd(23, '0')}Z` : value;
}
