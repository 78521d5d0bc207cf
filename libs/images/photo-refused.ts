import { Problem } from '@hjemmel/kernel';

/** Why an upload is no card photo; each with what its sender can do about it. */
const details = {
  'not-an-image': 'the file is no image; send a photo as JPEG or PNG',
  'unsupported-format': 'the file is an image or document of another format; send it as JPEG or PNG',
  polyglot: 'something follows the end of the image, as in photos with motion; send the picture alone',
  'too-small': 'the photo is smaller than 413 × 531 pixels (35 × 45 mm at 300 dots per inch)',
  'too-large': 'the photo has more than 10,000 pixels on a side, or 10 MiB',
  'wrong-proportions': 'the photo must be 35 wide to 45 high, give or take 2 %',
  'decompression-bomb': 'the image has more than 40 million pixels, or holds an animation',
  damaged: 'the image is cut or damaged',
} as const;
export type PhotoRule = keyof typeof details;

/** The answer to an upload that is no card photo. Nothing of the file is repeated. */
export class PhotoRefused extends Problem {
  constructor(readonly rule: PhotoRule) {
    super({ type: '/problems/photo-refused', title: 'This is no photo for a card', status: 422, rule, detail: details[rule] });
  }
}

/** More photos wait than memory is meant for. Nothing was done. */
export class PhotosBusy extends Problem {
  constructor() {
    super({ type: '/problems/photos-busy', title: 'Too many photos are being taken in', status: 503, retryAfterSeconds: 2 });
  }
}
