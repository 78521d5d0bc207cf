import { EntitySchema, EntitySchemaColumnOptions } from 'typeorm';
import { columnsOf } from './columns';
import type { ColumnType, ReadModel } from './read-model';

/** What Postgres gives back is turned into what the declaration promises: instants as ISO texts, bigint as bigint. */
const transformers: { readonly [T in ColumnType]?: NonNullable<EntitySchemaColumnOptions['transformer']> } = {
  timestamptz: { from: (value: Date | null) => value && value.toISOString(), to: (value: unknown) => value },
  bigint: { from: (value: string | null) => (value === null ? null : BigInt(value)), to: (value: unknown) => value },
};

/** The typeorm entity of a read model, from the same declaration as its table: queries cannot drift from what is written. */
export function entityOf<Row extends object>(model: ReadModel<Row>): EntitySchema<Row> {
  const columns = columnsOf(model).map(({ property, name, type, notNull }) => {
    const transformer = transformers[type];
    const column: EntitySchemaColumnOptions = {
      name,
      type: type === 'text[]' ? 'text' : type,
      array: type === 'text[]',
      primary: property === model.key,
      nullable: !notNull,
      ...(transformer && { transformer }),
    };
    return [property, column] as const;
  });
  return new EntitySchema<Row>({
    name: model.name,
    schema: 'read',
    tableName: model.table,
    columns: Object.fromEntries(columns) as EntitySchema<Row>['options']['columns'],
  });
}
