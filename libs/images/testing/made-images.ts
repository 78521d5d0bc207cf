import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';

const [SMALL_WIDTH, SMALL_HEIGHT] = [350, 450];
// Taken once: in jest's sandbox each look at a global costs more than the rest of the loop.
const { sin, cos, imul } = Math;

/** Pixels of a made person: soft colours with noise, so that the file is as large as that of a photo. The same number gives the same picture. */
export function madePixels(width: number, height: number, seed = 1): sharp.Sharp {
  const raw = Buffer.alloc(SMALL_WIDTH * SMALL_HEIGHT * 3);
  let noise = seed;
  for (let y = 0, i = 0; y < SMALL_HEIGHT; y++) {
    for (let x = 0; x < SMALL_WIDTH; x++, i += 3) {
      noise = (imul(noise, 1_664_525) + 1_013_904_223) >>> 0;
      const light = 120 + 60 * sin(x / 20 + seed) + 40 * cos(y / 30) + (noise >>> 27);
      raw[i] = light;
      raw[i + 1] = light * 0.8;
      raw[i + 2] = light * 0.7;
    }
  }
  return sharp(raw, { raw: { width: SMALL_WIDTH, height: SMALL_HEIGHT, channels: 3 } }).resize(width, height, { fit: 'fill' });
}

/** 35:45 in the size of a telephone's camera, about 100 KB. */
export const madePhoto = (seed = 1, width = 700, height = 900): Promise<Buffer> =>
  madePixels(width, height, seed).jpeg({ quality: 80 }).toBuffer();

/** With EXIF as a telephone writes it: camera, owner, place, and how the picture is to be turned (1 to 8). */
export const withExif = (photo: Buffer, orientation = 1): Promise<Buffer> =>
  sharp(photo)
    .withExif({
      IFD0: { Make: 'Hemmelig', Model: 'Kamera 7', Artist: 'Ingeborg Saether', ImageDescription: 'INGEBORG-VED-HYTTA' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '59/1 54/1 4242/100', GPSLongitudeRef: 'E', GPSLongitude: '10/1 45/1 1717/100' },
    })
    .withMetadata({ orientation })
    .jpeg({ quality: 80 })
    .toBuffer();

/** A JPEG with a segment more, right after its beginning. */
export const withSegment = (jpeg: Buffer, marker: number, content: Buffer): Buffer => {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, content, jpeg.subarray(2)]);
};

/** Markers of a JPEG's segments, in order, up to its first scan. */
export function segmentsOf(jpeg: Buffer): number[] {
  const markers: number[] = [];
  for (let at = 2; at + 4 <= jpeg.length; at += 2 + jpeg.readUInt16BE(at + 2)) {
    markers.push(jpeg[at + 1]!);
    if (jpeg[at + 1] === 0xda) break;
  }
  return markers;
}

export function pngChunk(type: string, content: Buffer): Buffer {
  const [head, tail] = [Buffer.alloc(4), Buffer.alloc(4)];
  head.writeUInt32BE(content.length);
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  tail.writeUInt32BE(crc32(body));
  return Buffer.concat([head, body, tail]);
}

/** A PNG that is black all over, of one bit a pixel: as small as a file of so many pixels can be. */
export function blackPng(width: number, height: number, ...more: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const lines = deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * height), { level: 9 });
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    ...more,
    pngChunk('IDAT', lines),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}
