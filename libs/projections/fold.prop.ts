import { DomainEvent } from '@hjemmel/kernel';
import fc from 'fast-check';
import { foldBatch, planBatch } from './fold';
import { readModel } from './read-model';
import { recordedAs } from './testing/recorded';

type Happened = DomainEvent<'Happened', { readonly keys: readonly string[]; readonly what: 'append' | 'delete' | 'fail' }>;

interface Row {
  readonly id: string;
  readonly seen: readonly string[];
}

const model = readModel<Row>('histories', {
  version: 1,
  table: 'histories',
  key: 'id',
  columns: { id: 'text', seen: 'text[]' },
}).on<Happened>(
  'Happened',
  ({ event }) => event.data.keys,
  (row, { event, position }, id) => {
    if (event.data.what === 'fail') throw new Error('indigestible');
    return event.data.what === 'delete' ? undefined : { id, seen: [...(row?.seen ?? []), String(position)] };
  },
);

const happened: fc.Arbitrary<Happened> = fc.record({
  type: fc.constant('Happened'),
  data: fc.record({
    keys: fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 3 }),
    what: fc.oneof(
      { weight: 12, arbitrary: fc.constant('append') },
      { weight: 3, arbitrary: fc.constant('delete') },
      { weight: 1, arbitrary: fc.constant('fail') },
    ),
  }),
});

/** What the rows must be, without batches or plans: list by list, up to the first event that can't be digested. */
function expected(history: readonly Happened[]): Record<string, string[]> {
  const lists: Record<string, string[]> = {};
  for (const [position, { data }] of history.entries()) {
    if (data.what === 'fail' && data.keys.length > 0) break;
    for (const key of new Set(data.keys)) {
      if (data.what === 'delete') delete lists[key];
      else (lists[key] ??= []).push(String(position));
    }
  }
  return lists;
}

/** What the runner does: batch by batch over a table, no further than the first failure. */
function inBatches(history: readonly Happened[], sizes: readonly number[]): Record<string, readonly string[]> {
  const table = new Map<string, object>();
  const events = history.map((event, position) => recordedAs(event, BigInt(position)));
  for (let at = 0, turn = 0; at < events.length; turn++) {
    const batch = events.slice(at, at + sizes[turn % sizes.length]!);
    const plan = planBatch(model, batch);
    const { changes, applied, failure } = foldBatch(model, plan, new Map([...table].filter(([key]) => plan.keys.has(key))));
    for (const [key, row] of changes) {
      if (row) table.set(key, row);
      else table.delete(key);
    }
    at += applied;
    if (failure) break;
  }
  return Object.fromEntries([...table].map(([key, row]) => [key, (row as Row).seen]));
}

it('gives the same rows however a history is cut into batches', () => {
  fc.assert(
    fc.property(
      fc.array(happened, { maxLength: 60 }),
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 }),
      (history, sizes) => {
        expect(inBatches(history, sizes)).toEqual(expected(history));
      },
    ),
  );
});
