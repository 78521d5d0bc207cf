import { join } from 'node:path';
import { newPassword, OperatorError, readSecretFile, secretFile } from '@hjemmel/host';

/** The edge's own keys, 32 bytes each. Whoever loses one loses what it tells apart: keep them with the other secrets. */
export interface HttpKeys {
  /** HMAC key of request bodies: an unkeyed hash of a body would say who is in it. */
  readonly idempotency: Buffer;
  /** HMAC key that turns a person's subject in a token into the pseudonym in the log. */
  readonly actorPseudonym: Buffer;
}

const FILES = { idempotency: 'idempotency.key', actorPseudonym: 'actor-pseudonym.key' } as const;

/** Makes the key files where they are missing (32 random bytes as base64url, mode 600): for the first start. */
export async function ensureHttpKeys(secrets: string): Promise<void> {
  for (const file of Object.values(FILES)) await secretFile(join(secrets, file), newPassword);
}

/** @throws OperatorError where a file is missing, can be read by others, or holds something else */
export async function readHttpKeys(secrets: string): Promise<HttpKeys> {
  const key = async (file: string) => keyOf(join(secrets, file), await readSecretFile(join(secrets, file)));
  return { idempotency: await key(FILES.idempotency), actorPseudonym: await key(FILES.actorPseudonym) };
}

function keyOf(path: string, text: string): Buffer {
  const key = Buffer.from(text.trim(), 'base64url');
  if (key.length !== 32) throw new OperatorError(`${path} must hold 32 bytes as base64`);
  return key;
}
