import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { CannotOpen, KeyMaterial } from '../sealing';
import { inPieces, withLast } from './chunks';

/** Whose blob it is and which; it can be opened as no other (associated data of every chunk). */
export interface BlobPlace {
  /** UUID */
  readonly blobId: string;
  readonly subjectId: string;
  readonly category: string;
}

/**
 * What a blob begins with, in clear: 4 bytes `HJMB`, 1 byte version, 4 bytes size of a chunk's plaintext (big-endian), 16 bytes key id,
 * 32 bytes salt.
 */
export interface BlobHeader {
  readonly keyId: string;
  readonly bytes: Buffer;
}

/** What one blob is sealed under; it is derived while the person's key is held, and does without it afterwards. */
export interface BlobKey {
  readonly header: BlobHeader;
  readonly key: Buffer;
  readonly prefix: Buffer;
  /** The header whole, and what the blob is; lengths are part of it. */
  readonly bound: Buffer;
}

const MAGIC = Buffer.from('HJMB\u0001', 'latin1');
const SALT_BYTES = 32;
const AT = { chunkBytes: 5, keyId: 9, salt: 25 } as const;
export const HEADER_BYTES = AT.salt + SALT_BYTES;
export const CHUNK_BYTES = 64 * 1024;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const PREFIX_BYTES = 7;
const MOST_CHUNKS = 2 ** 32;

/**
 * Seals bytes chunk by chunk: the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its
 * Nonce-Reuse Misuse-Resistance, CRYPTO 2015) on AES-256-GCM. The nonce of a chunk is prefix, counter and whether it is the last, so that
 * what was cut, put in another order, doubled or added to is found. Key and prefix are derived from the person's key, what the blob is and a
 * random salt: sealing the same blob anew, also with other bytes, never meets a nonce again.
 */
export async function* sealChunks(secrets: BlobKey, source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  yield secrets.header.bytes;
  let counter = 0;
  for await (const [piece, isLast] of withLast(inPieces(source, CHUNK_BYTES))) {
    const cipher = createCipheriv('aes-256-gcm', secrets.key, nonceOf(secrets.prefix, counter++, isLast)).setAAD(secrets.bound);
    yield Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()]);
  }
}

/** A blob's bytes after its header, in the pieces that {@link openChunks} takes, and the header before them. */
export const sealedPieces = (ciphertext: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> =>
  inPieces(ciphertext, CHUNK_BYTES + TAG_BYTES, HEADER_BYTES);

/**
 * Opens what follows a header, each chunk verified before it is given.
 * @throws CannotOpen at the chunk that is not what was sealed there
 */
export async function* openChunks(secrets: BlobKey, pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let counter = 0;
  for await (const [piece, isLast] of withLast(pieces)) {
    if (piece.length < TAG_BYTES) throw new CannotOpen('the blob is cut');
    const decipher = createDecipheriv('aes-256-gcm', secrets.key, nonceOf(secrets.prefix, counter++, isLast), { authTagLength: TAG_BYTES })
      .setAAD(secrets.bound)
      .setAuthTag(piece.subarray(-TAG_BYTES));
    yield verified(() => Buffer.concat([decipher.update(piece.subarray(0, -TAG_BYTES)), decipher.final()]));
  }
}

function verified(open: () => Buffer): Buffer {
  try {
    return open();
  } catch {
    throw new CannotOpen('key, blob or bytes do not match');
  }
}

/** @throws CannotOpen where a blob does not begin so */
export function parseHeader(bytes: Buffer | undefined): BlobHeader {
  const isKnown =
    bytes?.length === HEADER_BYTES && bytes.subarray(0, MAGIC.length).equals(MAGIC) && bytes.readUInt32BE(AT.chunkBytes) === CHUNK_BYTES;
  if (!isKnown) throw new CannotOpen('the blob has no known form');
  const hex = bytes.toString('hex', AT.keyId, AT.salt);
  return { keyId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'), bytes };
}

/** Plaintext of a sealed blob of this many bytes. */
export function plainBytesOf(sealedBytes: number): number {
  const chunks = Math.max(1, Math.ceil((sealedBytes - HEADER_BYTES) / (CHUNK_BYTES + TAG_BYTES)));
  return sealedBytes - HEADER_BYTES - chunks * TAG_BYTES;
}

function newHeader(keyId: string): BlobHeader {
  const bytes = Buffer.concat([MAGIC, Buffer.alloc(4), Buffer.from(keyId.replaceAll('-', ''), 'hex'), randomBytes(SALT_BYTES)]);
  bytes.writeUInt32BE(CHUNK_BYTES, AT.chunkBytes);
  return { keyId, bytes };
}

/** The key of a blob that is sealed anew, under a salt of its own. */
export const newBlobKey = (key: KeyMaterial, place: BlobPlace): BlobKey => blobKeyFor(key, place, newHeader(key.keyId));

/** The key of the blob that begins with this header: HKDF-SHA-256 (RFC 5869) of the person's key. */
export function blobKeyFor(key: KeyMaterial, { blobId, subjectId, category }: BlobPlace, header: BlobHeader): BlobKey {
  const info = Buffer.from(JSON.stringify(['hjemmel/blob/v1', blobId, subjectId, category]), 'utf8');
  const derived = Buffer.from(hkdfSync('sha256', key.blobRoot, header.bytes.subarray(AT.salt), info, KEY_BYTES + PREFIX_BYTES));
  return { header, key: derived.subarray(0, KEY_BYTES), prefix: derived.subarray(KEY_BYTES), bound: Buffer.concat([header.bytes, info]) };
}

function nonceOf(prefix: Buffer, counter: number, isLast: boolean): Buffer {
  if (counter >= MOST_CHUNKS) throw new RangeError('a blob of more than 2^32 chunks cannot be sealed');
  const nonce = Buffer.alloc(PREFIX_BYTES + 5);
  prefix.copy(nonce);
  nonce.writeUInt32BE(counter, PREFIX_BYTES);
  nonce.writeUInt8(isLast ? 1 : 0, PREFIX_BYTES + 4);
  return nonce;
}
