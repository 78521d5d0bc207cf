import fc from 'fast-check';
import { CannotOpen, keyMaterial } from '../sealing';
import {
  blobKeyFor,
  BlobPlace,
  CHUNK_BYTES,
  HEADER_BYTES,
  newBlobKey,
  openChunks,
  parseHeader,
  plainBytesOf,
  sealChunks,
  sealedPieces,
} from './blob-cipher';

const key = keyMaterial('3f0c2f4f-9a3f-4f0a-b6b3-d5a8f1a0c9d1', Buffer.alloc(32, 7));
const place: BlobPlace = { blobId: '8d1c2bd4-8c1f-8c3b-9d8e-2a4b6d1f0a11', subjectId: '0a'.repeat(16), category: 'subject.photo' };
const SEALED_CHUNK = CHUNK_BYTES + 16;

async function* given(...pieces: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* pieces;
}
async function collected(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of source) pieces.push(piece);
  return Buffer.concat(pieces);
}
const sealed = (plaintext: Buffer, at = place): Promise<Buffer> => collected(sealChunks(newBlobKey(key, at), given(plaintext)));
async function opened(ciphertext: Buffer, at = place, under = key): Promise<Buffer> {
  const pieces = sealedPieces(given(ciphertext));
  const header = parseHeader((await pieces.next()).value ?? undefined);
  return collected(openChunks(blobKeyFor(under, at, header), pieces));
}
/** The sealed chunks of a blob, with its header first. */
function parts(ciphertext: Buffer): Buffer[] {
  const chunks = [ciphertext.subarray(0, HEADER_BYTES)];
  for (let at = HEADER_BYTES; at < ciphertext.length; at += SEALED_CHUNK) chunks.push(ciphertext.subarray(at, at + SEALED_CHUNK));
  return chunks;
}

/** Sizes around the ends of chunks, where the last one is found out. */
const size = fc.oneof(
  fc.constantFrom(0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES),
  fc.nat(3 * CHUNK_BYTES + 7),
);
const plaintext = fc
  .tuple(size, fc.nat(255))
  .map(([length, seed]) => Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 31 + seed) & 255)));
const cuts = fc.array(fc.nat(CHUNK_BYTES * 2), { maxLength: 5 });

describe('a blob', () => {
  it('comes back as it was, however its bytes arrive, at the size that is told of it', async () => {
    await fc.assert(
      fc.asyncProperty(plaintext, cuts, async (bytes, lengths) => {
        const pieces: Buffer[] = [];
        let rest = bytes;
        for (const length of lengths) [rest] = [rest.subarray(length), pieces.push(rest.subarray(0, length))];
        const ciphertext = await collected(sealChunks(newBlobKey(key, place), given(...pieces, rest)));
        expect(plainBytesOf(ciphertext.length)).toBe(bytes.length);
        expect((await opened(ciphertext)).equals(bytes)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('is other bytes each time it is sealed: no nonce meets a second plaintext', async () => {
    const [one, other] = [await sealed(Buffer.from('the same')), await sealed(Buffer.from('the same'))];
    expect(one.subarray(HEADER_BYTES).equals(other.subarray(HEADER_BYTES))).toBe(false);
  });

  it('shows nothing of what is in it but its length', async () => {
    const ciphertext = await sealed(Buffer.alloc(3 * CHUNK_BYTES, 'face'));
    expect(ciphertext.includes('face')).toBe(false);
    expect(new Set(parts(ciphertext).map((part) => part.toString('hex'))).size).toBe(4);
  });

  it('opens as no other: not another blob, person or category, nor under another key', async () => {
    const ciphertext = await sealed(Buffer.from('a face'));
    const others: readonly BlobPlace[] = [
      { ...place, blobId: '8d1c2bd4-8c1f-8c3b-9d8e-2a4b6d1f0a12' },
      { ...place, subjectId: '0b'.repeat(16) },
      { ...place, category: 'invoice' },
    ];
    for (const other of others) await expect(opened(ciphertext, other)).rejects.toThrow(CannotOpen);
    await expect(opened(ciphertext, place, keyMaterial(key.keyId, Buffer.alloc(32, 8)))).rejects.toThrow(CannotOpen);
  });

  it('is not taken where one bit of it is another, wherever', async () => {
    const bytes = Buffer.alloc(2 * CHUNK_BYTES + 100, 1);
    const ciphertext = await sealed(bytes);
    await fc.assert(
      fc.asyncProperty(fc.nat(ciphertext.length * 8 - 1), async (bit) => {
        const changed = Buffer.from(ciphertext);
        changed[bit >> 3]! ^= 1 << (bit & 7);
        await expect(opened(changed)).rejects.toThrow(CannotOpen);
      }),
      { numRuns: 150 },
    );
  });

  it('is not taken cut anywhere, also right between chunks', async () => {
    const ciphertext = await sealed(Buffer.alloc(2 * CHUNK_BYTES, 1));
    const between = [0, 5, HEADER_BYTES - 1, HEADER_BYTES, HEADER_BYTES + SEALED_CHUNK, ciphertext.length - 1];
    for (const length of between) await expect(opened(ciphertext.subarray(0, length))).rejects.toThrow(CannotOpen);
    await fc.assert(
      fc.asyncProperty(fc.nat(ciphertext.length - 1), (length) =>
        expect(opened(ciphertext.subarray(0, length))).rejects.toThrow(CannotOpen),
      ),
      { numRuns: 60 },
    );
  });

  it.each<[string, (chunks: readonly Buffer[], other: readonly Buffer[]) => readonly Buffer[]]>([
    ['in another order', ([header, a, b, c]) => [header!, b!, a!, c!]],
    ['with its last chunk earlier', ([header, a, b, c]) => [header!, a!, c!, b!]],
    ['with a chunk twice', ([header, a, b, c]) => [header!, a!, b!, b!, c!]],
    ['with its last chunk twice', ([header, a, b, c]) => [header!, a!, b!, c!, c!]],
    ['without a chunk', ([header, a, , c]) => [header!, a!, c!]],
    ['without its last chunk', ([header, a, b]) => [header!, a!, b!]],
    ['with a byte added', (chunks) => [...chunks, Buffer.from('x')]],
    ['with another blob of the same key added', (chunks, other) => [...chunks, ...other]],
    ['with a chunk of the same place in another sealing', ([header, a, , c], other) => [header!, a!, other[2]!, c!]],
    ['under the header of another sealing', ([, ...chunks], [header]) => [header!, ...chunks]],
  ])('is not taken %s', async (_, changed) => {
    const bytes = Buffer.alloc(3 * CHUNK_BYTES, 1);
    const [chunks, other] = [parts(await sealed(bytes)), parts(await sealed(bytes))];
    await expect(opened(Buffer.concat(changed(chunks, other)))).rejects.toThrow(CannotOpen);
  });

  it('gives no byte of the chunk that is changed, and those before it', async () => {
    const ciphertext = await sealed(Buffer.alloc(3 * CHUNK_BYTES, 1));
    ciphertext[HEADER_BYTES + SEALED_CHUNK + 5]! ^= 1;
    const pieces = sealedPieces(given(ciphertext));
    const header = parseHeader((await pieces.next()).value ?? undefined);
    let bytes = 0;
    const reading = (async () => {
      for await (const chunk of openChunks(blobKeyFor(key, place, header), pieces)) bytes += chunk.length;
    })();
    await expect(reading).rejects.toThrow(CannotOpen);
    expect(bytes).toBe(CHUNK_BYTES);
  });
});

describe('the header of a blob', () => {
  it('names its key, and is refused in any other form', async () => {
    const ciphertext = await sealed(Buffer.from('x'));
    const header = ciphertext.subarray(0, HEADER_BYTES);
    expect(parseHeader(header).keyId).toBe(key.keyId);
    const otherSize = Buffer.from(header);
    otherSize.writeUInt32BE(CHUNK_BYTES * 2, 5);
    const otherVersion = Buffer.from(header);
    otherVersion[4] = 2;
    for (const wrong of [undefined, Buffer.alloc(0), header.subarray(1), Buffer.alloc(HEADER_BYTES), otherSize, otherVersion])
      expect(() => parseHeader(wrong)).toThrow(CannotOpen);
  });
});
