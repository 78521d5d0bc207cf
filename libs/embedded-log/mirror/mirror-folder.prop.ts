import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { SegmentReader, verify } from '../engine';
import { RemoteEvent } from '../remote';
import { forget } from './forget';
import { MirrorFolder } from './mirror-folder';

const DESCRIPTION = { version: 1, source: 'esdb://elsewhere:2113', withoutSystemEvents: false } as const;

/** Another server's events may lie closer together than our records are long, or far apart. */
const steps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constant('take' as const), gap: fc.oneof(fc.nat(3), fc.nat(5000)), bytes: fc.nat(300) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('cover' as const), gap: fc.nat(2000) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('flush' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), torn: fc.nat(200) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('read' as const), from: fc.nat(20_000), limit: fc.integer({ min: 1, max: 30 }) }) },
  ),
  { minLength: 5, maxLength: 120 },
);

function event(position: number, bytes: number): RemoteEvent {
  const raw = Buffer.alloc(bytes, position % 251);
  const id = Buffer.alloc(16, (position + 1) % 255);
  return {
    position,
    stream: `s-${position % 7}`,
    revision: position,
    type: 'Mirrored',
    contentType: 'application/json',
    id,
    createdTicks: BigInt(position),
    data: raw,
    metadata: Buffer.alloc(0),
    raw,
  };
}

const plain = ({ position, stream, payload }: { position: number; stream: string; payload: Buffer }) => ({
  position,
  stream,
  payload: payload.toString('hex'),
});
const expected = ({ position, stream, raw }: RemoteEvent) => ({ position, stream, payload: raw.toString('hex') });

/** What a crash leaves behind: bytes in the newest segment that its header does not speak of. */
function tear(folder: string, bytes: number): void {
  const segments = join(folder, 'segments');
  const newest = readdirSync(segments).sort().at(-1) ?? '';
  appendFileSync(join(segments, newest), Buffer.alloc(bytes, 0x5a));
}

describe('the folder of a mirror', () => {
  it('gives a reader at any time, from any position, what was flushed, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.array(fc.nat(200)), async (history, forgotten) => {
        const folder = mkdtempSync(join(tmpdir(), 'hjemmel-mirror-'));
        let mirror = await MirrorFolder.open(folder, DESCRIPTION, 2000);
        const reader = new SegmentReader(folder);
        let durable: RemoteEvent[] = [];
        let taken: RemoteEvent[] = [];
        let considered = -1;
        try {
          for (const step of history) {
            if (step.do === 'take') {
              considered += 1 + step.gap;
              const one = event(considered, step.bytes);
              mirror.take(one);
              taken.push(one);
            } else if (step.do === 'cover') mirror.cover((considered += step.gap));
            else if (step.do === 'read') {
              const { records } = reader.read(step.from, step.limit);
              expect(records.map(plain)).toEqual(
                durable
                  .filter(({ position }) => position >= step.from)
                  .slice(0, step.limit)
                  .map(expected),
              );
            } else {
              await mirror.flush();
              durable = [...durable, ...taken];
              taken = [];
              if (step.do === 'flush') continue;
              await mirror.close();
              tear(folder, step.torn);
              expect([...reader.pages()].flat().map(plain)).toEqual(durable.map(expected));
              mirror = await MirrorFolder.open(folder, DESCRIPTION, 2000);
              expect(mirror.considered).toBe(considered);
            }
          }
          await mirror.close();
          durable = [...durable, ...taken];
          expect([...reader.pages(0, 3)].flat().map(plain)).toEqual(durable.map(expected));
          expect((await verify(folder)).problems).toEqual([]);

          const gone = durable.filter((_, n) => forgotten.includes(n)).map(({ position }) => position);
          expect(await forget(folder, gone)).toBe(gone.length);
          const left = durable.filter(({ position }) => !gone.includes(position));
          expect([...new SegmentReader(folder).pages()].flat().map(plain)).toEqual(left.map(expected));
          expect((await verify(folder)).problems).toEqual([]);
        } finally {
          reader.close();
          rmSync(folder, { recursive: true, force: true });
        }
      }),
      { numRuns: 40 },
    );
  });
});
