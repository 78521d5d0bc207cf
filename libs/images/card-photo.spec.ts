import { deflateSync } from 'node:zlib';
import { Problem } from '@hjemmel/kernel';
import sharp from 'sharp';
import { cardPhoto, MAX_PHOTO_BYTES } from './card-photo';
import { blackPng, madePhoto, madePixels, pngChunk, segmentsOf, withExif, withSegment } from './testing/made-images';

let photo: Buffer;
let bomb: Buffer;
beforeAll(async () => {
  photo = await madePhoto();
  bomb = blackPng(50_000, 50_000);
});

/** The rule by which an upload is refused. */
async function refusalOf(input: Buffer): Promise<unknown> {
  try {
    await cardPhoto(input);
    return 'taken';
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    expect(error.problem).toMatchObject({ type: '/problems/photo-refused', status: 422, detail: expect.stringMatching(/./) });
    return error.problem.rule;
  }
}

describe('a card photo', () => {
  it.each([
    ['JPEG', () => madePhoto(1, 700, 900), 700, 900],
    ['the smallest JPEG', () => madePhoto(1, 413, 531), 413, 531],
    ['progressive JPEG', () => madePixels(700, 900).jpeg({ progressive: true }).toBuffer(), 700, 900],
    ['JPEG in grey', () => madePixels(700, 900).greyscale().jpeg().toBuffer(), 700, 900],
    ['JPEG in CMYK', () => madePixels(700, 900).toColourspace('cmyk').jpeg().toBuffer(), 700, 900],
    ['PNG', () => madePixels(700, 900).png().toBuffer(), 700, 900],
    ['PNG that is see-through', () => madePixels(700, 900).ensureAlpha(0.5).png().toBuffer(), 700, 900],
    ['PNG of 16 bits', () => madePixels(700, 900).toColourspace('rgb16').png().toBuffer(), 700, 900],
    ['PNG with a palette', () => madePixels(700, 900).png({ palette: true }).toBuffer(), 700, 900],
    ['PNG of one bit', async () => blackPng(700, 900), 700, 900],
    ['a picture of a good camera, made as large as a card needs', () => madePhoto(1, 4_200, 5_400), 827, 1063],
  ])('is made of %s', async (_, make, widthPx, heightPx) => {
    const made = await cardPhoto(await make());
    expect([made.widthPx, made.heightPx]).toEqual([widthPx, heightPx]);
    expect(await sharp(made.jpeg).metadata()).toMatchObject({
      format: 'jpeg',
      space: 'srgb',
      channels: 3,
      width: widthPx,
      height: heightPx,
    });
  });

  it('is the picture that came in', async () => {
    const [before, after] = [
      await sharp(photo).raw().toBuffer(),
      await sharp((await cardPhoto(photo)).jpeg)
        .raw()
        .toBuffer(),
    ];
    const apart = before.reduce((sum, value, i) => sum + Math.abs(value - after[i]!), 0) / before.length;
    expect(apart).toBeLessThan(6);
  });

  it('is the same bytes each time', async () => expect((await cardPhoto(photo)).jpeg.equals((await cardPhoto(photo)).jpeg)).toBe(true));

  it('tells nothing of place, time, camera or owner: only pixels are left', async () => {
    const told = withSegment(
      withSegment(await withExif(photo), 0xe1, Buffer.from('http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>INGEBORG-XMP</x:xmpmeta>')),
      0xfe,
      Buffer.from('<script>alert("INGEBORG-COMMENT")</script>'),
    );
    expect(segmentsOf(told)).toEqual(expect.arrayContaining([0xe1, 0xfe]));
    expect((await sharp(told).metadata()).exif).toBeDefined();
    const { jpeg } = await cardPhoto(told);
    // JFIF, tables, frame, scan: no application segment but JFIF's, no comment.
    expect(segmentsOf(jpeg).filter((marker) => marker === 0xfe || (marker > 0xe0 && marker <= 0xef))).toEqual([]);
    for (const word of ['INGEBORG', 'Ingeborg', 'Hemmelig', 'Exif', 'script', 'http']) expect(jpeg.includes(word)).toBe(false);
    const { exif, icc, xmp, iptc } = await sharp(jpeg).metadata();
    expect([exif, icc, xmp, iptc]).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('loses what a PNG carries beside its pixels', async () => {
    const told = blackPng(700, 900, pngChunk('tEXt', Buffer.from('Comment\0INGEBORG')), pngChunk('zTXt', Buffer.from('A\0\0rubbish')));
    expect((await cardPhoto(told)).jpeg.includes('INGEBORG')).toBe(false);
  });

  it.each([1, 3, 6, 8])('is turned upright before anything else is judged: orientation %d', async (orientation) => {
    const isOnItsSide = orientation > 4;
    const lying = isOnItsSide ? await madePhoto(1, 900, 700) : photo;
    const made = await cardPhoto(await withExif(lying, orientation));
    expect([made.widthPx, made.heightPx]).toEqual([700, 900]);
  });

  it('may be followed by zeros, with which some cameras fill up', async () =>
    expect(await refusalOf(Buffer.concat([photo, Buffer.alloc(5_000)]))).toBe('taken'));
});

describe('what is no card photo is refused by rule', () => {
  const bytes = (text: string): Buffer => Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(2_000, 7)]);

  it.each<[rule: string, what: string, make: () => Buffer | Promise<Buffer>]>([
    ['not-an-image', 'nothing', () => Buffer.alloc(0)],
    ['not-an-image', 'text', () => bytes('Hei')],
    ['not-an-image', 'a page', () => bytes('<!doctype html><script>')],
    ['not-an-image', 'a program', () => bytes('\x7fELF')],
    ['not-an-image', 'zeros', () => Buffer.alloc(100_000)],
    ['unsupported-format', 'GIF', () => madePixels(700, 900).gif().toBuffer()],
    ['unsupported-format', 'WebP', () => madePixels(700, 900).webp().toBuffer()],
    ['unsupported-format', 'TIFF', () => madePixels(700, 900).tiff().toBuffer()],
    ['unsupported-format', 'AVIF', () => madePixels(70, 90).avif({ effort: 0 }).toBuffer()],
    ['unsupported-format', 'HEIC', () => bytes('\0\0\0\x18ftypheic\0\0\0\0')],
    ['unsupported-format', 'SVG', () => bytes('<svg xmlns="http://www.w3.org/2000/svg">')],
    ['unsupported-format', 'SVG with a declaration', () => bytes('<?xml version="1.0"?><svg>')],
    ['unsupported-format', 'PDF', () => bytes('%PDF-1.7')],
    ['unsupported-format', 'BMP', () => bytes('BM')],
    ['polyglot', 'a JPEG with a ZIP behind it', () => Buffer.concat([photo, Buffer.from('PK\x03\x04zip')])],
    ['polyglot', 'a JPEG with a page behind it', () => Buffer.concat([photo, Buffer.from('<html><script>x</script>')])],
    ['polyglot', 'a JPEG with another behind it', () => Buffer.concat([photo, photo])],
    ['polyglot', 'a PNG with a ZIP behind it', () => Buffer.concat([blackPng(700, 900), Buffer.from('PK\x03\x04')])],
    ['polyglot', 'a JPEG with something behind zeros', () => Buffer.concat([photo, Buffer.alloc(99), Buffer.from('x')])],
    ['too-small', 'a JPEG of a pixel too few', () => madePhoto(1, 412, 530)],
    ['too-small', 'an icon', () => madePhoto(1, 35, 45)],
    ['too-large', 'a file of more than 10 MiB', () => Buffer.concat([photo, Buffer.alloc(MAX_PHOTO_BYTES)])],
    ['too-large', 'a picture too long on a side', () => blackPng(3_000, 10_001)],
    ['wrong-proportions', 'a square', () => madePhoto(1, 900, 900)],
    ['wrong-proportions', 'a picture on its side', () => madePhoto(1, 900, 700)],
    ['wrong-proportions', '3:4, as cameras take it', () => madePhoto(1, 900, 1_200)],
    ['decompression-bomb', '50,000 × 50,000 pixels in 300 KB', () => bomb],
    ['decompression-bomb', 'sides that are allowed, and more pixels than that', () => blackPng(7_001, 9_000)],
    ['decompression-bomb', 'an animated PNG', () => blackPng(700, 900, pngChunk('acTL', Buffer.alloc(8)))],
    ['damaged', 'half a JPEG', () => photo.subarray(0, photo.length >> 1)],
    ['damaged', 'a JPEG without its last byte', () => photo.subarray(0, -1)],
    ['damaged', 'a JPEG cut and ended anew', () => Buffer.concat([photo.subarray(0, photo.length >> 1), Buffer.from([0xff, 0xd9])])],
    ['damaged', 'half a PNG', () => blackPng(700, 900).subarray(0, 60)],
    ['damaged', 'the beginning of a JPEG', () => Buffer.from([0xff, 0xd8, 0xff, 0xe0])],
    ['damaged', 'a JPEG whose segment is longer than the file', () => Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff, 0, 0])],
    ['damaged', 'a PNG of no size', () => blackPng(0, 0)],
    ['damaged', 'a PNG without pixels', () => Buffer.concat([blackPng(700, 900).subarray(0, 33), pngChunk('IEND', Buffer.alloc(0))])],
  ])('%s: %s', async (rule, _, make) => expect(await refusalOf(await make())).toBe(rule));

  it('without growing: a bomb is known by its header, and what unfolds beside the pixels is not unfolded', async () => {
    const profile = pngChunk(
      'iCCP',
      Buffer.concat([Buffer.from('x\0\0', 'latin1'), deflateSync(Buffer.alloc(100 * 2 ** 20), { level: 9 })]),
    );
    const bombs = [bomb, blackPng(700, 900, profile)];
    await refusalOf(bomb);
    const before = process.memoryUsage().rss;
    for (const one of bombs) for (let i = 0; i < 5; i++) await refusalOf(one);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 2 ** 20);
  });

  it('while so many wait that memory is spoken for: nothing is done, and it may be tried again', async () => {
    const all = await Promise.allSettled(Array.from({ length: 40 }, () => cardPhoto(photo)));
    const refused = all.flatMap((one) => (one.status === 'rejected' ? [one.reason as Problem] : []));
    expect(refused).toHaveLength(40 - 18);
    expect(new Set(refused.map(({ problem }) => `${problem.status} ${problem.type}`))).toEqual(new Set(['503 /problems/photos-busy']));
    expect((await cardPhoto(photo)).widthPx).toBe(700);
  });
});
