import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { UUID } from '@hjemmel/kernel';

/** A sealed field as it stands in events and read models: version, key and ciphertext with tag, no plaintext and no hash of it. */
export interface Sealed {
  readonly $sealed: string;
}

/** Where a sealed field stands; it can be opened in no other place (associated data of the cipher). */
export interface FieldPlace {
  readonly eventId: string;
  readonly stream: string;
  /** Dotted path inside the event's data, for example `cardHolders.0.nationalId`. */
  readonly path: string;
}

/** The secrets derived from one data key. */
export interface KeyMaterial {
  readonly keyId: string;
  readonly encryption: Buffer;
  readonly nonce: Buffer;
  /** From which the key of each blob is derived. */
  readonly blobRoot: Buffer;
  /** Published in the log when the key is made: shows later that no other key was put in its place (GCM alone does not commit). */
  readonly commitment: Buffer;
}

/** Wrong key, wrong place or damaged bytes: the cipher cannot tell which. */
export class CannotOpen extends Error {
  constructor(why: string) {
    super(`a sealed field cannot be opened: ${why}`);
    this.name = 'CannotOpen';
  }
}

const VERSION = 'v1';
const TAG_BYTES = 16;
const NONCE_BYTES = 12;
/** Half of a surrogate pair: no character, and UTF-8 has no place for it. */
const HALF_CHARACTER = /\p{Surrogate}/u;

const KEY_BYTES = 32;

/** HKDF-SHA-256 (RFC 5869) of the 32-byte data key, expanded to four keys of 32 bytes, so that no two uses share one. */
export function keyMaterial(keyId: string, dataKey: Buffer): KeyMaterial {
  const derived = Buffer.from(hkdfSync('sha256', dataKey, Buffer.alloc(0), `hjemmel/${VERSION}`, 4 * KEY_BYTES));
  const part = (n: number): Buffer => derived.subarray(n * KEY_BYTES, (n + 1) * KEY_BYTES);
  return { keyId, encryption: part(0), nonce: part(1), commitment: part(2), blobRoot: part(3) };
}

/**
 * AES-256-GCM (NIST SP 800-38D). The nonce is derived from key and place, so that a retry seals to the same bytes; a place never gets
 * a second plaintext, because a command that comes again with another body is refused before it is sealed.
 * @throws RangeError where the text is not well-formed Unicode: it would come back as another
 */
export function seal(key: KeyMaterial, place: FieldPlace, plaintext: string): Sealed {
  if (HALF_CHARACTER.test(plaintext)) throw new RangeError('text that is not well-formed cannot be sealed');
  const bound = associatedData(place);
  const cipher = createCipheriv('aes-256-gcm', key.encryption, nonceOf(key, bound)).setAAD(bound);
  const bytes = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return { $sealed: `${VERSION}.${key.keyId}.${bytes.toString('base64url')}` };
}

/** @throws CannotOpen */
export const open = (key: KeyMaterial, place: FieldPlace, sealed: Sealed): string => openParsed(key, place, parseSealed(sealed));

/** A sealed field taken apart. */
export interface ParsedSealed {
  readonly keyId: string;
  /** Ciphertext and tag. */
  readonly bytes: Buffer;
}

/** @throws CannotOpen */
export function openParsed(key: KeyMaterial, place: FieldPlace, { keyId, bytes }: ParsedSealed): string {
  if (keyId !== key.keyId) throw new CannotOpen('it is sealed under another key');
  const bound = associatedData(place);
  const decipher = createDecipheriv('aes-256-gcm', key.encryption, nonceOf(key, bound), { authTagLength: TAG_BYTES })
    .setAAD(bound)
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]).toString('utf8');
  } catch {
    throw new CannotOpen('key, place or bytes do not match');
  }
}

/** One field has one form: what would merely decode to the same bytes is not it. @throws CannotOpen where the text is not a sealed field */
export function parseSealed({ $sealed }: Sealed): ParsedSealed {
  // Read models and events are read from JSON: what stands there may be anything.
  const [version, keyId, text, ...more] = typeof $sealed === 'string' ? $sealed.split('.') : [];
  if (version !== VERSION || !keyId || !UUID.test(keyId) || !text || more.length > 0) throw new CannotOpen('it has no known form');
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) throw new CannotOpen('it has no known form');
  if (bytes.length < TAG_BYTES) throw new CannotOpen('it is too short');
  return { keyId, bytes };
}

export const isSealed = (value: unknown): value is Sealed =>
  typeof value === 'object' && value !== null && '$sealed' in value && typeof value.$sealed === 'string';

/** Whether the published commitment belongs to this key; in constant time. */
export const commits = (key: KeyMaterial, commitment: Buffer): boolean =>
  key.commitment.length === commitment.length && timingSafeEqual(key.commitment, commitment);

/** Lengths are part of it, so that no two places give the same bytes. */
function associatedData({ eventId, stream, path }: FieldPlace): Buffer {
  return Buffer.from(JSON.stringify([`hjemmel/${VERSION}`, eventId, stream, path]), 'utf8');
}

const nonceOf = (key: KeyMaterial, bound: Buffer): Buffer =>
  createHmac('sha256', key.nonce).update(bound).digest().subarray(0, NONCE_BYTES);
