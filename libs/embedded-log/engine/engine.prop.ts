import * as fc from 'fast-check';
import { NewRecord, TOMBSTONE_REVISION } from './contract';
import { Engine, EngineOptions, openEngine } from '.';
import { idOf, payloadAt, plain, TestFolder } from './testing/samples';

/** The oracle: all that was appended, in an array, and every question answered by looking at all of it. */
class Oracle {
  all: (ReturnType<typeof plain> & { position: number; stream: string; revision: number; eventId: string })[] = [];
  durableTail = 0;

  private readonly lasts = new Map<string, number>();

  add(record: Oracle['all'][number]): void {
    this.all.push(record);
    this.lasts.set(record.stream, Math.max(this.lasts.get(record.stream) ?? 0, record.revision));
  }

  /** Whatever is removed, a stream's last revision is never forgotten. */
  last = (name: string): number | undefined => this.lasts.get(name);
  find = (stream: string, id: string) => this.all.filter((r) => r.stream === stream && r.eventId === id).at(-1);
  at = (stream: string, revision: number) => this.all.find((r) => r.stream === stream && r.revision === revision);
  durable = () => this.all.filter((r) => r.position < this.durableTail);
}

const STREAMS = ['order-1', 'order-2', 'dataSubject-ø', '$$order-1', 'x'];
const stream = fc.constantFrom(...STREAMS);
const revision = fc.oneof(fc.nat(30), fc.constant(TOMBSTONE_REVISION));
const limit = fc.integer({ min: 1, max: 12 });
const share = fc.double({ min: 0, max: 1.1, noNaN: true });

const operation = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant('append' as const),
      events: fc.array(fc.record({ stream, id: fc.nat(12), bytes: fc.nat(400) }), { minLength: 1, maxLength: 5 }),
      wait: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('tombstone' as const), stream }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('forwards' as const), stream, revision, limit }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('backwards' as const), stream, revision, limit }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('all-forwards' as const), share, limit }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('all-backwards' as const), share, limit }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('look-up' as const), stream, revision, id: fc.nat(14) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('reopen' as const) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('compact' as const), types: fc.uniqueArray(fc.nat(12)) }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

const settings = fc.record({
  segmentBytes: fc.integer({ min: 300, max: 6000 }),
  preallocateBytes: fc.constantFrom(0, 4096),
  memtableEntries: fc.integer({ min: 1, max: 20 }),
  mergeFanIn: fc.integer({ min: 2, max: 4 }),
  hashBits: fc.constantFrom(64, 34, 2, 0),
});

describe('the storage engine', () => {
  it('answers every read and look-up as an array that holds everything would, also after records were removed', async () => {
    await fc.assert(
      fc.asyncProperty(settings, fc.array(operation, { minLength: 5, maxLength: 60 }), async (chosen, operations) => {
        const folder = new TestFolder();
        const options: EngineOptions = { folder: folder.path, ...chosen };
        let engine = await openEngine(options);
        const oracle = new Oracle();
        try {
          for (const one of operations) {
            if (one.op === 'reopen') {
              await engine.close();
              engine = await openEngine(options);
              oracle.durableTail = engine.durableTail;
            } else await perform(one, engine, oracle);
          }
          await settle(engine, oracle);
          expect(engine.readAllForwards(0, 10_000).records.map(plain)).toEqual(oracle.all);
          for (const name of STREAMS) {
            const own = oracle.all.filter((r) => r.stream === name);
            expect(engine.readStreamForwards(name, 0, 10_000).map(plain)).toEqual(own);
            expect(engine.readStreamBackwards(name, TOMBSTONE_REVISION, 10_000).map(plain)).toEqual([...own].reverse());
          }
        } finally {
          await engine.close();
          folder.remove();
        }
      }),
      { numRuns: 60 },
    );
  });
});

async function settle(engine: Engine, oracle: Oracle): Promise<void> {
  await engine.append([]).durable;
  expect(engine.durableTail).toBe(engine.tail);
  oracle.durableTail = engine.durableTail;
}

async function perform(one: Exclude<Operation, { op: 'reopen' }>, engine: Engine, oracle: Oracle): Promise<void> {
  oracle.durableTail = engine.durableTail;
  switch (one.op) {
    case 'append':
      return append(one, engine, oracle);
    case 'compact': {
      const gone = new Set(one.types.map((type) => `Type${type}`));
      await settle(engine, oracle);
      const compaction = engine.compact((record) => gone.has(record.type));
      oracle.all = oracle.all.filter((r) => !gone.has(r.type as string));
      return void (await compaction);
    }
    case 'tombstone':
      if (oracle.last(one.stream) === TOMBSTONE_REVISION) return;
      return store([newRecord(one.stream, TOMBSTONE_REVISION, 99, 10)], true, engine, oracle);
    case 'forwards': {
      const expected = oracle.durable().filter((r) => r.stream === one.stream && r.revision >= one.revision);
      expect(engine.readStreamForwards(one.stream, one.revision, one.limit).map(plain)).toEqual(expected.slice(0, one.limit));
      return;
    }
    case 'backwards': {
      const expected = oracle.durable().filter((r) => r.stream === one.stream && r.revision <= one.revision);
      expect(engine.readStreamBackwards(one.stream, one.revision, one.limit).map(plain)).toEqual(expected.reverse().slice(0, one.limit));
      return;
    }
    case 'all-forwards': {
      const from = Math.floor(oracle.durableTail * one.share);
      const expected = oracle.durable().filter((r) => r.position >= from);
      const page = engine.readAllForwards(from, one.limit);
      expect(page.records.map(plain)).toEqual(expected.slice(0, one.limit));
      expect(engine.readAllForwards(page.next, one.limit).records.map(plain)).toEqual(expected.slice(one.limit, one.limit * 2));
      return;
    }
    case 'all-backwards': {
      const before = Math.floor(oracle.durableTail * one.share);
      const expected = oracle
        .durable()
        .filter((r) => r.position < before)
        .reverse();
      const page = engine.readAllBackwards(before, one.limit);
      expect(page.records.map(plain)).toEqual(expected.slice(0, one.limit));
      expect(engine.readAllBackwards(page.next, one.limit).records.map(plain)).toEqual(expected.slice(one.limit, one.limit * 2));
      return;
    }
    case 'look-up': {
      const id = idOf(one.id);
      const found = oracle.find(one.stream, id.toString('hex'));
      expect(engine.lastRevision(one.stream)).toBe(oracle.last(one.stream));
      expect(engine.findEvent(one.stream, id)).toEqual(found && { revision: found.revision, position: found.position });
      const located = oracle.at(one.stream, one.revision);
      expect(engine.locate(one.stream, one.revision)).toEqual(
        located && { position: located.position, eventId: Buffer.from(located.eventId, 'hex') },
      );
    }
  }
}

async function append(one: Extract<Operation, { op: 'append' }>, engine: Engine, oracle: Oracle): Promise<void> {
  const next = new Map<string, number>();
  const records: NewRecord[] = [];
  for (const event of one.events) {
    const revision = next.get(event.stream) ?? (oracle.last(event.stream) ?? -1) + 1;
    if (revision > TOMBSTONE_REVISION) continue;
    next.set(event.stream, revision + 1);
    records.push(newRecord(event.stream, revision, event.id, event.bytes));
  }
  return store(records, one.wait, engine, oracle);
}

function newRecord(name: string, revision: number, id: number, bytes: number): NewRecord {
  return {
    stream: name,
    revision,
    type: `Type${id}`,
    eventId: idOf(id),
    createdTicks: BigInt(bytes),
    payload: (at) => payloadAt(at, bytes, id),
  };
}

async function store(records: NewRecord[], wait: boolean, engine: Engine, oracle: Oracle): Promise<void> {
  const receipt = engine.append(records);
  records.forEach((record, i) => {
    const position = receipt.positions[i] as number;
    expect(position).toBeGreaterThan(oracle.all.at(-1)?.position ?? -1);
    const { stream: name, revision, type, createdTicks } = record;
    const payload = record.payload(position).toString('latin1');
    oracle.add({ position, stream: name, revision, type, createdTicks, eventId: record.eventId.toString('hex'), payload });
  });
  if (!wait) return;
  await receipt.durable;
  oracle.durableTail = engine.durableTail;
}
