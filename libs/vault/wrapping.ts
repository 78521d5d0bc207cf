import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Of every key of the vault. */
export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM (NIST SP 800-38D) of a few bytes for a row of the vault: nonce ‖ ciphertext ‖ tag. The nonce is random (§ 8.2.2), good for 2³² rows
 * under one key: an epoch of master keys ends long before.
 * @param bound what the bytes belong to: they open beside nothing else
 */
export function wrapBytes(key: Buffer, bound: Buffer, bytes: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound);
  return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

/** What was wrapped; undefined under another key, beside something else, or where a bit is another. */
export function unwrapBytes(key: Buffer, bound: Buffer, wrapped: Buffer): Buffer | undefined {
  if (wrapped.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, wrapped.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(bound)
    .setAuthTag(wrapped.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(wrapped.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** What a data key is bound to: its own id and, since there are epochs, the one whose master key wraps it. Keys of the first stay readable as they are. */
export const dataKeyBound = (keyId: string, epoch: number): Buffer => Buffer.from(epoch === 1 ? keyId : `${keyId}.${epoch}`);
