import * as fc from 'fast-check';
import { Hasher, StreamName } from '../hash';
import { idOf } from '../testing/samples';
import { Memtable } from './memtable';

interface Entry {
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly id: Buffer;
}

const STREAMS = ['a', 'b', 'c'];
const steps = fc.array(
  fc.oneof(
    { weight: 30, arbitrary: fc.record({ add: fc.constantFrom(...STREAMS), gap: fc.integer({ min: 1, max: 3 }), id: fc.nat(40) }) },
    { weight: 1, arbitrary: fc.record({ rollBack: fc.double({ min: 0, max: 1, noNaN: true }) }) },
  ),
  { minLength: 1, maxLength: 3000, size: 'max' },
);

describe('a memtable', () => {
  it('finds revisions and ids as a look through all entries would, also after entries were taken back', () => {
    fc.assert(
      fc.property(steps, fc.constantFrom(64, 3), (all, bits) => {
        const hasher = new Hasher(bits);
        const memtable = new Memtable(hasher, 0);
        let entries: Entry[] = [];
        let position = 0;
        for (const step of all) {
          if ('add' in step) {
            const stream = step.add;
            const revision = (entries.findLast((entry) => entry.stream === stream)?.revision ?? -1) + step.gap;
            const entry = { stream, revision, position: (position += 8), id: idOf(step.id) };
            entries.push(entry);
            memtable.add(named(hasher, stream), revision, entry.position, entry.id);
          } else {
            const from = Math.floor(position * step.rollBack);
            entries = entries.filter((entry) => entry.position < from);
            memtable.rollBack(from);
          }
        }
        expect(memtable.count).toBe(entries.length);
        for (const stream of [...STREAMS, 'nobody']) compare(memtable, named(hasher, stream), entries);
      }),
      { numRuns: 60 },
    );
  });
});

function named(hasher: Hasher, text: string): StreamName {
  const name = { text, high: 0, low: 0 };
  hasher.name(text, name);
  return name;
}

function compare(memtable: Memtable, stream: StreamName, entries: readonly Entry[]): void {
  const own = entries.filter((entry) => entry.stream === stream.text);
  const at = (entry: number): number | undefined => (entry < 0 ? undefined : memtable.positions[entry]);
  const wrong: string[] = [];
  const check = (what: string, found: number | undefined, expected: Entry | undefined): void => {
    if (found !== expected?.position) wrong.push(`${what}: ${found} instead of ${expected?.position}`);
  };
  check('newest', at(memtable.newest(stream)), own.at(-1));
  const last = own.at(-1)?.revision ?? 0;
  for (let revision = 0; revision <= last + 2; revision += 1 + (last >> 7)) {
    check(
      `at most ${revision}`,
      at(memtable.atMost(stream, revision)),
      own.findLast((entry) => entry.revision <= revision),
    );
    check(
      `at least ${revision}`,
      at(memtable.atLeast(stream, revision)),
      own.find((entry) => entry.revision >= revision),
    );
  }
  for (let seed = 0; seed <= 42; seed++) {
    const id = idOf(seed);
    check(
      `id ${seed}`,
      at(memtable.findEvent(stream, id)),
      own.findLast((entry) => entry.id.equals(id)),
    );
  }
  expect(wrong).toEqual([]);
}
