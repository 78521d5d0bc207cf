import * as fc from 'fast-check';
import { TOMBSTONE_REVISION } from '../engine/contract';
import { ANY, NO_STREAM, STREAM_EXISTS } from './expected-revision';
import { EventBody, readStoredEvent } from './stored-event';
import { Model, ModelAnswer, ModelExpected, ModelMetadata, ModelRead } from './testing/model';
import { OpenedLog, openLog } from './testing/opened-log';
import { WriteResult } from './writer';

const STREAMS = ['order-1', 'order-2', '$$order-1'];
const IDS = 8;
const EVERYTHING = 1000;

const stream = fc.constantFrom(...STREAMS);
const expected = fc.oneof(fc.constantFrom<ModelExpected>('any', 'any', 'no_stream', 'stream_exists'), fc.integer({ min: 0, max: 8 }));
const ids = fc.array(fc.nat(IDS - 1), { maxLength: 4 });
const metadata = fc.record(
  { maxCount: fc.integer({ min: 1, max: 4 }), truncateBefore: fc.integer({ min: 0, max: 9 }) },
  { requiredKeys: [] },
);
const operation = fc.oneof(
  { weight: 6, arbitrary: fc.record({ op: fc.constant('append' as const), stream, expected, ids }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('set metadata' as const), stream, expected, metadata }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('delete' as const), stream, expected }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('tombstone' as const), stream, expected }) },
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant('read' as const),
      stream,
      direction: fc.constantFrom('forwards' as const, 'backwards' as const),
      from: fc.nat(12),
      count: fc.integer({ min: 1, max: 5 }),
    }),
  },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

describe("EventStoreDB's rules", () => {
  it('hold for every sequence of appends, metadata, deletions and reads', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 40 }), async (operations) => {
        const log = await openLog();
        try {
          const model = new Model();
          for (const one of operations) await perform(one, log, model);
          for (const name of STREAMS)
            expect(read(log, name, 'forwards', 0, EVERYTHING)).toEqual(shownRead(model.read(name, 'forwards', 0, EVERYTHING)));
          expect(everything(log)).toEqual(model.log.map(({ stream, revision, id }) => [stream, revision, shown(id)]));
        } finally {
          await log.close();
        }
      }),
      { numRuns: 100 },
    );
  });
});

async function perform(one: Operation, log: OpenedLog, model: Model): Promise<void> {
  switch (one.op) {
    case 'append': {
      // An own event in a metadata stream sets no metadata: it is no JSON object.
      const events = one.ids.map((id) => event(nameOf(id)));
      const result = log.writer.append(one.stream, numberOf(one.expected), events);
      return settle(result, model.append(one.stream, one.expected, one.ids.map(nameOf), { unreadable: true }));
    }
    case 'set metadata': {
      const id = `system ${serial++}`;
      const body = { ...event(id), type: '$metadata', isJson: true, data: encode(one.metadata) };
      const result = log.writer.append(`$$${one.stream}`, numberOf(one.expected), [body]);
      return settle(result, model.append(`$$${one.stream}`, one.expected, [id], one.metadata));
    }
    case 'delete':
      return settle(log.writer.softDelete(one.stream, numberOf(one.expected)), model.delete(one.stream, one.expected));
    case 'tombstone':
      return settle(log.writer.tombstone(one.stream, numberOf(one.expected)), model.tombstone(one.stream, one.expected));
    case 'read':
      expect(read(log, one.stream, one.direction, one.from, one.count)).toEqual(
        shownRead(model.read(one.stream, one.direction, one.from, one.count)),
      );
  }
}

async function settle(result: WriteResult, expectedAnswer: ModelAnswer): Promise<void> {
  if (result.kind === 'written') await result.durable;
  expect(answerOf(result)).toEqual(expectedAnswer);
}

function answerOf(result: WriteResult): ModelAnswer {
  if (result.kind === 'stream-deleted') return { answer: 'stream deleted' };
  if (result.kind === 'wrong-expected-revision') return { answer: 'wrong expected version', actual: result.current };
  const revision = result.revision === TOMBSTONE_REVISION ? 'tombstone' : result.revision;
  return { answer: 'success', revision, hasPosition: result.position !== undefined };
}

function read({ reader }: OpenedLog, name: string, direction: 'forwards' | 'backwards', from: number, count: number): ModelRead {
  const state = reader.state(name);
  if (state.kind === 'deleted') return 'stream deleted';
  if (state.kind === 'not-found') return 'stream not found';
  const pages = direction === 'forwards' ? reader.forwards(name, from, count) : reader.backwards(name, from, count);
  return [...pages].flat().map(({ payload, type }) => idIn(payload, type));
}

function everything({ reader }: OpenedLog): [string, number | 'tombstone', string][] {
  return [...reader.allForwards(0)]
    .flat()
    .map(({ stream, revision, payload, type }) => [stream, revision === TOMBSTONE_REVISION ? 'tombstone' : revision, idIn(payload, type)]);
}

const nameOf = (id: number): string => `e${id}`;
const numberOf = (demanded: ModelExpected): number =>
  typeof demanded === 'number' ? demanded : { any: ANY, no_stream: NO_STREAM, stream_exists: STREAM_EXISTS }[demanded];

let serial = 0;
const shown = (id: string): string => (id.startsWith('system') ? 'system' : id);
const shownRead = (read: ModelRead): ModelRead => (typeof read === 'string' ? read : read.map(shown));

/** Events of one name have one id; the metadata events of the test each have their own, as the client's have. */
function event(name: string): EventBody {
  const id = Buffer.alloc(16);
  id.write(name, 'latin1');
  return { id, type: 'Tested', isJson: false, data: Buffer.from(name), metadata: Buffer.alloc(0) };
}

function idIn(payload: Buffer, type: string): string {
  return type === 'Tested' ? readStoredEvent(payload).data.toString() : 'system';
}

function encode({ maxCount, truncateBefore }: ModelMetadata): Buffer {
  return Buffer.from(JSON.stringify({ $maxCount: maxCount, $tb: truncateBefore }));
}
