import fc from 'fast-check';
import { Problem } from '@hjemmel/kernel';
import sharp from 'sharp';
import { cardPhoto } from './card-photo';
import { jpegEnd, pngEnd } from './image-end';
import { madePhoto, madePixels } from './testing/made-images';

let samples: readonly Buffer[];
beforeAll(async () => {
  samples = [
    await madePhoto(1, 413, 531),
    await madePixels(413, 531).jpeg({ progressive: true }).toBuffer(),
    await madePixels(413, 531).png({ palette: true }).toBuffer(),
  ];
});

const flips = fc.array(fc.tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.integer({ min: 1, max: 255 })), {
  minLength: 1,
  maxLength: 12,
});

/** Most faults are told from the first bytes on: half of the flips go there. */
const changed = (sample: Buffer, where: readonly (readonly [number, number])[], early: boolean): Buffer => {
  const bytes = Buffer.from(sample);
  for (const [place, mask] of where) bytes[Math.floor(place * (early ? Math.min(1_000, bytes.length) : bytes.length))]! ^= mask;
  return bytes;
};

test('whatever bytes come in, they become a card photo or are refused, and memory stays as it was', async () => {
  const before = process.memoryUsage().rss;
  await fc.assert(
    fc.asyncProperty(
      fc.nat(2),
      flips,
      fc.boolean(),
      fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      async (which, where, early, cut) => {
        const whole = changed(samples[which]!, where, early);
        const input = cut === null ? whole : whole.subarray(0, Math.floor(cut * whole.length));
        try {
          const { jpeg, widthPx, heightPx } = await cardPhoto(input);
          expect(await sharp(jpeg).metadata()).toMatchObject({ format: 'jpeg', width: widthPx, height: heightPx });
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          expect(error.problem.type).toBe('/problems/photo-refused');
        }
      },
    ),
    { numRuns: 600 },
  );
  expect(process.memoryUsage().rss - before).toBeLessThan(300 * 2 ** 20);
});

test('the end of an image is found where it is, and never past the bytes', async () => {
  for (const sample of samples) {
    const endOf = sample[0] === 0xff ? jpegEnd : pngEnd;
    expect(endOf(Buffer.concat([sample, Buffer.from('more')])).end).toBe(sample.length);
    for (let length = 0; length < sample.length; length += 997) expect(endOf(sample.subarray(0, length)).end).toBeUndefined();
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (some) => {
      for (const endOf of [jpegEnd, pngEnd]) expect(endOf(Buffer.from(some)).end ?? 0).toBeLessThanOrEqual(some.length);
    }),
  );
});
