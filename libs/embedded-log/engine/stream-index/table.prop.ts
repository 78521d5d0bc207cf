import { join } from 'node:path';
import * as fc from 'fast-check';
import { Hash, Hasher } from '../hash';
import { idOf, TestFolder } from '../testing/samples';
import { Bloom } from './bloom';
import { mergeTables, writeMemtable } from './build';
import { Memtable } from './memtable';
import { PageCache } from './page-cache';
import { Table } from './table';
import { STREAMS } from './table-format';

const TAG = 1;
const TWO_32 = 0x1_0000_0000;

/** An entry as a sortable list of numbers: hash, revision, position. */
type Key = readonly [number, number, number, number];

const compareKeys = (a: Key, b: Key): number => a.map((number, i) => number - (b[i] as number)).find((difference) => difference !== 0) ?? 0;

describe('sorted tables', () => {
  it('hold, merged or not, what the memtables held, in order, and find each place in it', async () => {
    const chosen = fc.record({
      sizes: fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 4 }),
      streams: fc.integer({ min: 1, max: 400 }),
      bits: fc.constantFrom(64, 36, 5),
      first: fc.constantFrom(0, 5 * TWO_32 - 700),
    });
    await fc.assert(
      fc.asyncProperty(chosen, async ({ sizes, streams, bits, first }) => {
        const folder = new TestFolder();
        const hasher = new Hasher(bits);
        const hash: Hash = { high: 0, low: 0 };
        const expected: Key[] = [];
        const tables: Table[] = [];
        const revisions = new Map<string, number>();
        let position = first;
        for (const [i, size] of sizes.entries()) {
          const memtable = new Memtable(hasher, position);
          for (let k = 0; k < size; k++, position += 8) {
            const stream = `stream-${(k * 31) % streams}`;
            const revision = (revisions.get(stream) ?? first) + 1;
            revisions.set(stream, revision);
            hasher.name(stream, hash);
            memtable.add({ text: stream, ...hash }, revision, position, idOf(position));
            expected.push([hash.high, hash.low, revision, position]);
          }
          const path = (kind: { extension: string }): string => join(folder.path, `${i}.${kind.extension}`);
          await writeMemtable(memtable, position, TAG, path);
          tables.push(Table.open(path(STREAMS), STREAMS, TAG, new PageCache(2)));
        }
        const merged = join(folder.path, 'merged');
        expect(await mergeTables(tables, merged, TAG, () => false)).toBe(true);
        const table = Table.open(merged, STREAMS, TAG, new PageCache(2));
        expected.sort(compareKeys);
        const found = Array.from({ length: table.entries }, (_, i) => keyAt(table, i));
        expect(found).toEqual(expected);
        expect([table.from, table.to]).toEqual([first, position]);
        expect(misplaced(table, expected)).toEqual([]);
        for (const one of [...tables, table]) one.close();
        folder.remove();
      }),
      { numRuns: 25 },
    );
  });

  it('know by their filter what they do not hold, but for one key in thirty at most', () => {
    const bloom = Bloom.forKeys(10_000);
    const hasher = new Hasher();
    const hash: Hash = { high: 0, low: 0 };
    const has = (name: string): boolean => {
      hasher.name(name, hash);
      return bloom.mayHave(hash.high, hash.low);
    };
    for (let i = 0; i < 10_000; i++) {
      hasher.name(`order-${i}`, hash);
      bloom.add(hash.high, hash.low);
    }
    const indexes = Array.from({ length: 10_000 }, (_, i) => i);
    expect(indexes.filter((i) => !has(`order-${i}`))).toEqual([]);
    expect(indexes.filter((i) => has(`nobody-${i}`)).length).toBeLessThan(333);
  });
});

function keyAt(table: Table, entry: number): Key {
  return [table.word(entry, 0), table.word(entry, 1), table.number(entry, 2), table.number(entry, 4)];
}

/** Where floor and ceiling do not give the place that a look through all entries gives. */
function misplaced(table: Table, expected: readonly Key[]): string[] {
  const keys = [...expected.filter((_, i) => i % 7 === 0), [0, 0, 0, 0] as const, [TWO_32 - 1, TWO_32 - 1, 1, 0] as const];
  return keys.flatMap(([high, low, revision]) => {
    const split = [Math.floor(revision / TWO_32), revision % TWO_32] as const;
    const floor = expected.findLastIndex((key) => compareKeys([key[0], key[1], key[2], 0], [high, low, revision, 0]) <= 0);
    const ceiling = expected.findIndex((key) => compareKeys([key[0], key[1], key[2], 0], [high, low, revision, 0]) >= 0);
    const right =
      table.floor(high, low, ...split) === floor && table.ceiling(high, low, ...split) === (ceiling < 0 ? expected.length : ceiling);
    return right ? [] : [`${high} ${low} ${revision}`];
  });
}
