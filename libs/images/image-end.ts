import { PNG_SIGNATURE } from './image-format';

/** Where an image ends by its own marks. */
export interface ImageEnd {
  /** Offset of the first byte after it; undefined where its end does not come, or its marks make no sense. */
  readonly end: number | undefined;
  /** An animation in PNG's clothing (APNG): most decoders show its first picture, and others another one. */
  readonly isAnimated: boolean;
}

/** Walks the chunks of a PNG (W3C PNG specification, 5.3) to IEND. */
export function pngEnd(bytes: Buffer): ImageEnd {
  let isAnimated = false;
  for (let at = PNG_SIGNATURE.length; at + 12 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    isAnimated ||= type === 'acTL';
    at += 12 + length;
    if (type === 'IEND') return { end: at <= bytes.length ? at : undefined, isAnimated };
  }
  return { end: undefined, isAnimated };
}

const MARKER = { soi: 0xd8, eoi: 0xd9, sos: 0xda, tem: 0x01, rst0: 0xd0, rst7: 0xd7 } as const;
const stands = (marker: number): boolean => marker === MARKER.tem || (marker >= MARKER.rst0 && marker <= MARKER.rst7);

/** Walks the segments of a JPEG (ITU-T T.81, annex B) to the end of the image; thumbnails in a segment have ends of their own. */
export function jpegEnd(bytes: Buffer): ImageEnd {
  for (let at = 2; at + 1 < bytes.length;) {
    if (bytes[at] !== 0xff) return NO_END;
    const marker = bytes[at + 1]!;
    if (marker === MARKER.eoi) return { end: at + 2, isAnimated: false };
    if (marker === 0xff) at += 1;
    else if (stands(marker)) at += 2;
    else {
      if (at + 4 > bytes.length) return NO_END;
      at += 2 + bytes.readUInt16BE(at + 2);
      if (marker === MARKER.sos) at = afterScan(bytes, at);
    }
  }
  return NO_END;
}

const NO_END: ImageEnd = { end: undefined, isAnimated: false };

/** Entropy-coded data goes on to the next marker that is neither a stuffed zero nor a restart. */
function afterScan(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1];
    if (next !== 0 && next !== 0xff && next !== undefined && !stands(next)) return at;
  }
  return bytes.length;
}
