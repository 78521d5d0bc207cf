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

/** A row as an object of JSON by column name, for `jsonb_to_recordset`. */
export function encoder(columns: readonly Column[]): (row: object) => object {
  return (row) => {
    const encoded: Record<string, unknown> = {};
    for (const { property, name } of columns) {
      const value = (row as Record<string, unknown>)[property];
      encoded[name] = typeof value === 'bigint' ? value.toString() : value;
    }
    return encoded;
  };
}

/** SQL that gives a row as the text of a JSON array, in the order of `columns`, losing nothing on the way. */
export const selection = (columns: readonly Column[]): string => `json_build_array(${columns.map(selected).join(', ')})::text`;

function selected({ name, type }: Column): string {
  if (type === 'bigint') return `${quoted(name)}::text`;
  return type === 'timestamptz' ? `${quoted(name)} AT TIME ZONE 'UTC'` : quoted(name);
}

/** The reverse of {@link selection}: the row with the same values that a fold once returned. */
export function decoder(columns: readonly Column[]): (json: string) => object {
  return (json) => {
    const values = JSON.parse(json) as unknown[];
    const row: Record<string, unknown> = {};
    columns.forEach(({ property, type }, index) => (row[property] = decoded(values[index], type)));
    return row;
  };
}

function decoded(value: unknown, type: ColumnType): unknown {
  if (typeof value !== 'string') return value;
  if (type === 'bigint') return BigInt(value);
  // Postgres writes as much of the fraction as there is: `2024-01-01T12:00:00`, `…:00.12`.
  return type === 'timestamptz' ? `${value.padEnd(20, '.').padEnd(23, '0').slice(0, 23)}Z` : value;
}
