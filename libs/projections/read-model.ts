import { DomainEvent, Recorded } from '@hjemmel/kernel';

export type ColumnType = 'text' | 'text[]' | 'integer' | 'bigint' | 'boolean' | 'timestamptz' | 'jsonb';
export type PgType = ColumnType | `${ColumnType} not null`;

type Holding<T> = [T] extends [string]
  ? 'text' | 'timestamptz'
  : [T] extends [number]
    ? 'integer'
    : [T] extends [bigint]
      ? 'bigint'
      : [T] extends [boolean]
        ? 'boolean'
        : [T] extends [readonly string[]]
          ? 'text[]' | 'jsonb'
          : 'jsonb';

/**
 * The column types that give back just what was put in: string ↔ text, or timestamptz (an instant as `Date.toISOString` writes it);
 * number ↔ integer; bigint ↔ bigint; boolean ↔ boolean; strings ↔ text[]; other plain data ↔ jsonb. What may be missing is `null`,
 * not optional, since that is what Postgres gives back.
 */
export type PgTypeOf<T> = undefined extends T ? never : null extends T ? Holding<NonNullable<T>> : Holding<T> | `${Holding<T>} not null`;

type TextProperty<Row> = { [C in keyof Row]: [Row[C]] extends [string] ? C : never }[keyof Row] & string;

/** Which rows an event concerns: none, one or several. */
export type Keys<E extends DomainEvent> = (recorded: Recorded<E>) => string | readonly string[];

/**
 * The row after the event; `undefined` deletes it. Pure: nothing but its arguments decides, and they are not changed. `row` is
 * `undefined` where there is none. The row returned carries `key` in its key column.
 */
export type Fold<Row extends object, E extends DomainEvent> = (
  row: Readonly<Row> | undefined,
  recorded: Recorded<E>,
  key: string,
) => Row | undefined;

/** Methods, not properties: so that a list may hold models of different rows. */
export interface Handler<Row extends object = object> {
  keys(recorded: Recorded): string | readonly string[];
  fold(row: Readonly<Row> | undefined, recorded: Recorded, key: string): Row | undefined;
}

export interface ReadModel<Row extends object = object> {
  readonly name: string;
  /** Raised with every change to columns, keys or folds: a higher version is built anew from the log. */
  readonly version: number;
  /** Without schema; it stands in `read`. */
  readonly table: string;
  /** The property that is the primary key. */
  readonly key: string;
  /** Column types by property. `placedAt` is the column `placed_at`. */
  readonly columns: Readonly<Record<string, PgType>>;
  /** Further indexes: lists of columns, each with an order if wanted (`placed_at desc`). */
  readonly indexes: readonly (readonly string[])[];
  /** By event type. Events of other types pass the model by. */
  readonly handlers: ReadonlyMap<string, Handler<Row>>;
}

export interface ReadModelOptions<Row extends object> {
  readonly version: number;
  readonly table: string;
  readonly key: TextProperty<Row>;
  readonly columns: { readonly [C in keyof Row & string]: PgTypeOf<Row[C]> };
  readonly indexes?: readonly (readonly string[])[];
}

export interface ReadModelBuilder<Row extends object> extends ReadModel<Row> {
  on<E extends DomainEvent>(type: E['type'], handler: { readonly key: Keys<E>; readonly fold: Fold<Row, E> }): ReadModelBuilder<Row>;
  on<E extends DomainEvent>(type: E['type'], key: Keys<E>, fold: Fold<Row, E>): ReadModelBuilder<Row>;
}

/**
 * Declares a read model: a table, and for each event type which rows it concerns and what becomes of them.
 *
 * ```ts
 * readModel<OrderRow>('orders', { version: 1, table: 'orders', key: 'orderId', columns: { orderId: 'text', placedAt: 'timestamptz' } })
 *   .on<OrderPlaced>('OrderPlaced', ({ event }) => event.data.orderId, (_, { event }) => ({ … }));
 * ```
 * @throws Error where a name is none that Postgres takes unquoted, or an event type is handled twice
 */
export function readModel<Row extends object>(name: string, options: ReadModelOptions<Row>): ReadModelBuilder<Row> {
  const { version, table, key, columns, indexes = [] } = options;
  if (!/^[a-z][a-z0-9_-]{0,62}$/.test(name)) throw new Error(`"${name}" is no name for a read model`);
  if (!/^[a-z][a-z0-9_]{0,55}$/.test(table)) throw new Error(`"${table}" is no name for a table`);
  if (!Number.isInteger(version) || version < 1) throw new Error(`read model ${name}: versions count from 1`);
  return withHandlers({ name, version, table, key, columns, indexes, handlers: new Map<string, Handler<Row>>() });
}

function withHandlers<Row extends object>(model: ReadModel<Row>): ReadModelBuilder<Row> {
  function on<E extends DomainEvent>(
    type: E['type'],
    handler: Keys<E> | { readonly key: Keys<E>; readonly fold: Fold<Row, E> },
    foldOf?: Fold<Row, E>,
  ): ReadModelBuilder<Row> {
    const keys = typeof handler === 'function' ? handler : handler.key;
    const fold = typeof handler === 'function' ? foldOf : handler.fold;
    if (!fold) throw new Error(`read model ${model.name}: ${type} has no fold`);
    if (model.handlers.has(type)) throw new Error(`read model ${model.name} handles ${type} twice`);
    const added: Handler<Row> = { keys, fold };
    return withHandlers({ ...model, handlers: new Map([...model.handlers, [type, added]]) });
  }
  return { ...model, on };
}
