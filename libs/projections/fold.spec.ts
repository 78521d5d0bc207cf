import { DomainEvent } from '@hjemmel/kernel';
import { foldBatch, planBatch } from './fold';
import { readModel } from './read-model';
import { recordedAs } from './testing/recorded';

type Moved = DomainEvent<'Moved', { readonly from: string; readonly to: string; readonly amount: number }>;
type Closed = DomainEvent<'Closed', { readonly account: string }>;
type Noted = DomainEvent<'Noted', { readonly accounts: readonly string[] }>;

interface Account {
  readonly id: string;
  readonly balance: number;
}

const accounts = readModel<Account>('accounts', { version: 1, table: 'accounts', key: 'id', columns: { id: 'text', balance: 'integer' } })
  .on<Moved>(
    'Moved',
    ({ event }) => [event.data.from, event.data.to],
    (row, { event: { data } }, key) => {
      if (!Number.isInteger(data.amount)) throw new RangeError('no amount');
      return { id: key, balance: (row?.balance ?? 0) + (key === data.to ? data.amount : -data.amount) };
    },
  )
  .on<Closed>(
    'Closed',
    ({ event }) => event.data.account,
    () => undefined,
  )
  .on<Noted>(
    'Noted',
    ({ event }) => event.data.accounts,
    (row, _, key) => row ?? { id: `not ${key}`, balance: 0 },
  );

const moved = (from: string, to: string, amount: number): Moved => ({ type: 'Moved', data: { from, to, amount } });
const closed = (account: string): Closed => ({ type: 'Closed', data: { account } });
const noted = (...accounts: string[]): Noted => ({ type: 'Noted', data: { accounts } });

function folded(events: readonly DomainEvent[], present: readonly Account[] = []) {
  const plan = planBatch(
    accounts,
    events.map((event, index) => recordedAs(event, BigInt(index))),
  );
  const result = foldBatch(accounts, plan, new Map(present.map((row) => [row.id, row])));
  return { ...result, keys: [...plan.keys], changes: Object.fromEntries(result.changes) };
}

describe('folding a batch', () => {
  it('folds each event into every row that it concerns, on top of what the batch has already made of it', () => {
    expect(folded([moved('a', 'b', 5), moved('b', 'c', 2)], [{ id: 'b', balance: 10 }])).toMatchObject({
      applied: 2,
      keys: ['a', 'b', 'c'],
      changes: { a: { id: 'a', balance: -5 }, b: { id: 'b', balance: 13 }, c: { id: 'c', balance: 2 } },
    });
  });

  it('deletes, and lets a later event begin anew', () => {
    expect(folded([closed('b')], [{ id: 'b', balance: 10 }]).changes).toEqual({ b: undefined });
    expect(folded([closed('b'), moved('a', 'b', 1)], [{ id: 'b', balance: 10 }]).changes['b']).toEqual({ id: 'b', balance: 1 });
  });

  it('counts an event once for a row that it names twice, and passes over what concerns no row or is not handled', () => {
    expect(folded([moved('a', 'a', 5)]).changes).toEqual({ a: { id: 'a', balance: 5 } });
    expect(folded([noted(), { type: 'Unheard', data: {} }])).toMatchObject({ applied: 2, keys: [], changes: {} });
  });

  it('stops before an event that it cannot digest, with nothing of it in any row', () => {
    const { changes, applied, failure } = folded([moved('a', 'b', 1), moved('b', 'a', Number.NaN), moved('a', 'c', 1)]);
    expect(changes).toEqual({ a: { id: 'a', balance: -1 }, b: { id: 'b', balance: 1 } });
    expect(applied).toBe(1);
    expect(failure).toMatchObject({ index: 1, key: 'b', recorded: { position: 1n } });
  });

  it('leaves out the first rows of an event whose last one fails', () => {
    const present = [{ id: 'a', balance: 1 }];
    expect(folded([noted('a', 'z')], present)).toMatchObject({ applied: 0, changes: {}, failure: { key: 'z' } });
  });

  it('stops before an event whose keys cannot be told', () => {
    const nobody = { type: 'Closed', data: undefined } as unknown;
    const { applied, failure, changes } = folded([moved('a', 'b', 1), nobody as Closed, moved('a', 'b', 1)]);
    expect({ applied, index: failure?.index, b: changes['b'] }).toEqual({ applied: 1, index: 1, b: { id: 'b', balance: 1 } });
  });
});
