import { DomainEvent } from '@hjemmel/kernel';
import { columnsOf } from './columns';
import { ReadModel, readModel } from './read-model';
import { projectionTables } from './tables';

type Opened = DomainEvent<'Opened', { readonly id: string; readonly at: string }>;
type Closed = DomainEvent<'Closed', { readonly id: string }>;

interface Row {
  readonly id: string;
  readonly openedAt: string;
  readonly order: number | null;
}

const declared = readModel<Row>('openings', {
  version: 3,
  table: 'openings',
  key: 'id',
  columns: { id: 'text', openedAt: 'timestamptz not null', order: 'integer' },
  indexes: [['opened_at desc', 'id'], ['order desc nulls last']],
});

const byId = ({ event }: { event: DomainEvent<string, { readonly id: string }> }) => event.data.id;

describe('declaring a read model', () => {
  it('leaves the declaration it grows from as it was', () => {
    const opening = declared.on<Opened>('Opened', byId, (_, { event }) => ({ id: event.data.id, openedAt: event.data.at, order: null }));
    const both = opening.on<Closed>('Closed', { key: byId, fold: () => undefined });
    expect([...declared.handlers.keys()]).toEqual([]);
    expect([...opening.handlers.keys()]).toEqual(['Opened']);
    expect([...both.handlers.keys()]).toEqual(['Opened', 'Closed']);
  });

  it('fits into a list of models of other rows', () => {
    const models: readonly ReadModel[] = [
      declared,
      readModel<{ key: string }>('keys', { version: 1, table: 'keys', key: 'key', columns: { key: 'text' } }),
    ];
    expect(models.map(({ name }) => name)).toEqual(['openings', 'keys']);
  });

  it('names columns in snake case, and keeps null out of the key and where it is told to', () => {
    expect(columnsOf(declared)).toEqual([
      { property: 'id', name: 'id', type: 'text', notNull: true },
      { property: 'openedAt', name: 'opened_at', type: 'timestamptz', notNull: true },
      { property: 'order', name: 'order', type: 'integer', notNull: false },
    ]);
  });

  it('refuses an event type handled twice, and names that Postgres would not take as they are', () => {
    const once = declared.on<Closed>('Closed', byId, () => undefined);
    expect(() => once.on<Closed>('Closed', byId, () => undefined)).toThrow('read model openings handles Closed twice');
    expect(() =>
      readModel<Row>('Openings!', { ...declared, key: 'id', columns: { id: 'text', openedAt: 'timestamptz', order: 'integer' } }),
    ).toThrow('no name');
    expect(() => projectionTables([{ ...declared, indexes: [['colour']] }])).toThrow('no column for the index on "colour"');
    expect(() => columnsOf({ ...declared, columns: { at_time: 'text', atTime: 'text' } })).toThrow('two columns of one name');
  });

  it('holds columns to types that give back what was put in', () => {
    const options = { version: 1, table: 'wrong', key: 'id' } as const;
    // @ts-expect-error a Date would come back as a string
    readModel<{ id: string; at: Date }>('wrong', { ...options, columns: { id: 'text', at: 'timestamptz' } });
    // @ts-expect-error a bigint would come back as a number
    readModel<{ id: string; n: number }>('wrong', { ...options, columns: { id: 'text', n: 'bigint' } });
    // @ts-expect-error null may not be kept out where the row allows it
    readModel<{ id: string; n: number | null }>('wrong', { ...options, columns: { id: 'text', n: 'integer not null' } });
    // @ts-expect-error what is missing is null, not undefined
    readModel<{ id: string; n?: number }>('wrong', { ...options, columns: { id: 'text', n: 'integer' } });
    // @ts-expect-error a key is text
    readModel<{ id: string; n: number }>('wrong', { ...options, key: 'n', columns: { id: 'text', n: 'integer' } });
  });
});
