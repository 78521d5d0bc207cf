/** What a file is by its first bytes, whatever it is called. */
export type ImageFormat = 'jpeg' | 'png' | 'other-image' | 'unknown';

const startsWith = (bytes: Buffer, text: string, at = 0): boolean =>
  bytes.subarray(at, at + text.length).equals(Buffer.from(text, 'latin1'));

/** Formats that people take for photos, or rename to one: they get a word of their own in the refusal. */
const others: readonly ((bytes: Buffer) => boolean)[] = [
  (bytes) => startsWith(bytes, 'GIF8'),
  (bytes) => startsWith(bytes, 'RIFF') && startsWith(bytes, 'WEBP', 8),
  (bytes) => startsWith(bytes, 'ftyp', 4), // HEIC, AVIF, and films
  (bytes) => startsWith(bytes, 'II*\0') || startsWith(bytes, 'MM\0*'), // TIFF
  (bytes) => startsWith(bytes, '%PDF'),
  (bytes) => startsWith(bytes, 'BM'),
  (bytes) => startsWith(bytes, '\xff\x0a') || startsWith(bytes, '\0\0\0\x0cJXL '),
  (bytes) => /^(?:\xef\xbb\xbf)?\s*<(?:\?xml|svg|!doctype svg)/i.test(bytes.toString('latin1', 0, 256)),
];

export const PNG_SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

export function formatOf(bytes: Buffer): ImageFormat {
  if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'jpeg';
  if (bytes.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE)) return 'png';
  return others.some((isOne) => isOne(bytes)) ? 'other-image' : 'unknown';
}
