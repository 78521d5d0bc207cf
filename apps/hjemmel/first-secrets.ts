import { exists, readSecretFile, writeSecretFile } from '@hjemmel/host';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

const SIGNING_KEY = 'token-signing.jwk.json';
const PUBLIC_KEYS = 'token-keys.jwks.json';

/**
 * Makes the key that access tokens are signed with (Ed25519, as a JWK: RFC 8037) and the public set that they are verified
 * with (RFC 7517), where they are missing. Its `kid` is its thumbprint (RFC 7638).
 */
export async function ensureTokenKeys(secrets: string): Promise<void> {
  await mkdir(secrets, { recursive: true, mode: 0o700 });
  const signing = join(secrets, SIGNING_KEY);
  const published = join(secrets, PUBLIC_KEYS);
  if (!(await exists(signing))) await writeSecretFile(signing, await newSigningKey());
  if (await exists(published)) return;
  const { d: _secret, ...publicKey } = JSON.parse(await readSecretFile(signing)) as Record<string, unknown>;
  await writeSecretFile(published, JSON.stringify({ keys: [publicKey] }));
}

async function newSigningKey(): Promise<string> {
  const { calculateJwkThumbprint, exportJWK, generateKeyPair } = await import('jose'); // needed once in the life of a data folder
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const jwk = await exportJWK(privateKey);
  return JSON.stringify({ ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'EdDSA', use: 'sig' });
}
