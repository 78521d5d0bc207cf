import * as fc from 'fast-check';
import { DtoPipe } from './validation/dto-pipe';
import { startTestEdge, TestEdge } from './testing/edge';
import { Body, Controller, Post } from '@nestjs/common';
import { Allow, Public } from './access';
import { IDEMPOTENCY_POOL } from './tokens';
import { Sample } from './testing/sample.route';

@Controller('fuzz')
class FuzzRoute {
  @Public()
  @Post()
  take(@Body() _body: Sample): object {
    return { taken: true };
  }

  @Allow('service')
  @Post('closed')
  closed(@Body() _body: Sample): object {
    return { taken: true };
  }
}

/** Stands in every value that is sent, so that an answer or a log line that repeats one is seen. */
const MARK = 'Zq7x';
const marked = fc.string({ unit: 'binary', maxLength: 12 }).map((text) => `${MARK}${text}`);
const leaf = fc.oneof(marked, fc.integer(), fc.double(), fc.boolean(), fc.constant(null));
const name = fc.oneof(
  fc.constantFrom('title', 'kind', 'note', 'yes', 'amount', 'first', 'lines', 'name', 'count', 'tags', '__proto__', 'then'),
  fc.string(),
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    leaf,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.array(fc.tuple(name, tie('tree')), { maxLength: 8 }).map(entriesToObject),
  ),
}));

/** `Object.fromEntries` keeps a member of the name `__proto__`, as JSON.parse does. */
function entriesToObject(entries: [string, unknown][]): object {
  return Object.fromEntries(entries);
}

const nearly = fc.record(
  {
    title: fc.oneof(marked, tree),
    kind: fc.oneof(fc.constant('a'), tree),
    note: tree,
    yes: fc.oneof(fc.boolean(), tree),
    amount: fc.oneof(fc.double(), tree),
    first: fc.oneof(fc.record({ name: marked, count: fc.integer() }), tree),
    lines: fc.oneof(fc.array(fc.record({ name: marked, count: fc.integer(), tags: tree }, { requiredKeys: [] })), tree),
  },
  { requiredKeys: [] },
);

let edge: TestEdge;

beforeAll(async () => {
  // No command is sent here: nothing may reach for the pool.
  edge = await startTestEdge({ controllers: [FuzzRoute], providers: [{ provide: IDEMPOTENCY_POOL, useValue: undefined }] });
});
afterAll(() => edge.close());

const harmless = ({ status, text }: { status: number; text: string }): void => {
  expect([201, 400, 413, 422]).toContain(status);
  expect(text).not.toContain(MARK);
  expect(edge.logged.join('')).not.toContain(MARK);
  edge.logged.length = 0;
};

test('whatever JSON is sent: no 5xx, and no value is repeated in the answer or the log', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(tree, nearly), async (json) =>
      harmless(await edge.call('POST', '/fuzz', { raw: JSON.stringify(json) ?? 'null' })),
    ),
    { numRuns: 400 },
  );
});

test('whatever bytes are sent: no 5xx, and they are not repeated', async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.concat([Buffer.from(MARK), array])),
    fc.tuple(tree, fc.nat(), fc.nat(255)).map(([json, at, byte]) => {
      const buffer = Buffer.from(JSON.stringify(json) ?? 'null');
      buffer[at % buffer.length] = byte;
      return buffer;
    }),
  );
  await fc.assert(
    fc.asyncProperty(bytes, async (buffer) => harmless(await edge.call('POST', '/fuzz', { raw: new Uint8Array(buffer) }))),
    { numRuns: 200 },
  );
});

test('whatever is sent as a token: 401, and it is not repeated', async () => {
  const piece = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_.=+/~'), maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(piece, piece, async (a, b) => {
      const { status, text } = await edge.call('POST', '/fuzz/closed', {
        raw: '{}',
        headers: { authorization: `Bearer ${MARK}${a}.${b}` },
      });
      expect([status, text.includes(MARK), edge.logged.join('').includes(MARK)]).toEqual([401, false, false]);
    }),
    { numRuns: 100 },
  );
});

test('a body without its DTO class is a fault of ours, not a way around validation', async () => {
  await expect(new DtoPipe().transform({}, { type: 'body', metatype: Object })).rejects.toThrow('DTO class');
});
