import sharp from 'sharp';
import { formatOf } from './image-format';
import { ImageEnd, jpegEnd, pngEnd } from './image-end';
import { PhotoRefused, PhotosBusy } from './photo-refused';
import { Turns } from './turns';

export interface CardPhoto {
  /** Baseline JPEG in sRGB: pixels and what is needed to show them, no metadata. */
  readonly jpeg: Buffer;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Bytes of an upload. */
export const MAX_PHOTO_BYTES = 10 * 1024 * 1024;
/** 35 × 45 mm, the passport photo of ICAO Doc 9303, at 300 dots per inch. */
const SMALLEST = { width: 413, height: 531 } as const;
/** The same at 600 dots per inch: no printer of cards shows more, and what is not needed is not kept (GDPR art. 5(1)(c)). */
const LARGEST_KEPT = { width: 827, height: 1063 } as const;
const MOST_SIDE_PX = 10_000;
/** A decoder of progressive JPEG holds all of them, at six bytes each. */
const MOST_PIXELS = 40_000_000;
const PROPORTION = 35 / 45;
const TOLERANCE = 0.02;
const JPEG_QUALITY = 90;
const MOST_SECONDS = 10;
const AT_ONCE = 2;
/** Each may hold an upload in memory. */
const MAX_WAITING = 16;

// Only two of the many decoders can ever run, whatever the bytes claim to be.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer'] });
// Decoded images of earlier uploads don't stay in memory, and an image takes one thread.
sharp.cache(false);
sharp.concurrency(1);

const turns = new Turns(AT_ONCE, MAX_WAITING);

/**
 * Makes a card photo of an upload: checked, turned upright, no larger than a card needs, and encoded anew from its pixels, so that nothing
 * else of the file is left (place, time, camera, thumbnails, comments, or what was hidden there).
 * @throws PhotoRefused (422) with the rule; PhotosBusy (503) where too many wait
 */
export async function cardPhoto(input: Buffer): Promise<CardPhoto> {
  demandWholeImage(input);
  if (turns.isFull) throw new PhotosBusy();
  return turns.run(async () => {
    await demandDimensions(input);
    return encoded(input);
  });
}

/** What can be said without decoding. */
function demandWholeImage(input: Buffer): void {
  if (input.length > MAX_PHOTO_BYTES) throw new PhotoRefused('too-large');
  const format = formatOf(input);
  if (format === 'unknown') throw new PhotoRefused('not-an-image');
  if (format === 'other-image') throw new PhotoRefused('unsupported-format');
  const { end, isAnimated }: ImageEnd = format === 'png' ? pngEnd(input) : jpegEnd(input);
  if (end === undefined) throw new PhotoRefused('damaged');
  if (isAnimated) throw new PhotoRefused('decompression-bomb');
  if (!isPadding(input.subarray(end))) throw new PhotoRefused('polyglot');
}

/** Some cameras fill a file up with zeros: that says nothing to any reader. */
const isPadding = (rest: Buffer): boolean => rest.every((byte) => byte === 0);

async function demandDimensions(input: Buffer): Promise<void> {
  // The limit of pixels is ours to judge here, so that it has its own rule; nothing is decoded yet.
  const { width, height } = await decoding(async () => (await sharp(input, { limitInputPixels: false }).metadata()).autoOrient);
  if (width * height > MOST_PIXELS) throw new PhotoRefused('decompression-bomb');
  if (Math.max(width, height) > MOST_SIDE_PX) throw new PhotoRefused('too-large');
  if (width < SMALLEST.width || height < SMALLEST.height) throw new PhotoRefused('too-small');
  if (Math.abs(width / height / PROPORTION - 1) > TOLERANCE) throw new PhotoRefused('wrong-proportions');
}

async function encoded(input: Buffer): Promise<CardPhoto> {
  const { data, info } = await decoding(() =>
    sharp(input, { limitInputPixels: MOST_PIXELS, failOn: 'warning' })
      .autoOrient()
      .resize({ ...LARGEST_KEPT, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .jpeg({ quality: JPEG_QUALITY })
      .timeout({ seconds: MOST_SECONDS })
      .toBuffer({ resolveWithObject: true }),
  );
  return { jpeg: data, widthPx: info.width, heightPx: info.height };
}

/** The decoder's own messages may quote the file. What takes longer than any photo is made to. */
async function decoding<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isSlow = error instanceof Error && /timeout/i.test(error.message);
    throw new PhotoRefused(isSlow ? 'decompression-bomb' : 'damaged');
  }
}
