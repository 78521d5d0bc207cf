import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, JWK, SignJWT } from 'jose';
import { exists, readSecretFile, writeSecretFile } from '@hjemmel/host';
import type { Role } from '@hjemmel/kernel';
import { newUuid } from '@hjemmel/kernel';

const ALGORITHM = 'EdDSA';
const PRIVATE = 'token-signing.jwk.json';
const PUBLIC = 'token-keys.jwks.json';

/**
 * Makes the key that tokens of an installation of its own are signed with, where there is none (with an identity provider there is
 * no need for it): the private half mode 600, the public half as the JWKS that the API reads.
 * @param secrets folder of the secret files
 */
export async function ensureTokenKeys(secrets: string): Promise<void> {
  if (!(await exists(join(secrets, PRIVATE)))) {
    const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
    const jwk: JWK = { ...(await exportJWK(privateKey)), kid: newUuid(), alg: ALGORITHM, use: 'sig' };
    await writeSecretFile(join(secrets, PRIVATE), JSON.stringify(jwk));
  }
  if (await exists(join(secrets, PUBLIC))) return;
  const { d: _private, ...published } = await signingKey(secrets);
  await writeFile(join(secrets, PUBLIC), JSON.stringify({ keys: [published] }));
}

export interface TokenRequest {
  readonly secrets: string;
  readonly roles: readonly Role[];
  /** Name of the service, or whatever the person is known by; a person's is turned into a pseudonym before anything is written. */
  readonly subject: string;
  readonly lifetimeSeconds: number;
  readonly issuer?: string;
  readonly audience?: string;
}

/** A bearer token signed with the key of {@link ensureTokenKeys}. @throws OperatorError where that key is missing */
export async function issueToken(request: TokenRequest): Promise<string> {
  const jwk = await signingKey(request.secrets);
  const now = Math.floor(Date.now() / 1_000);
  return new SignJWT({ roles: request.roles })
    .setProtectedHeader({ alg: ALGORITHM, kid: jwk.kid ?? '', typ: 'JWT' })
    .setIssuer(request.issuer ?? 'hjemmel')
    .setAudience(request.audience ?? 'hjemmel')
    .setSubject(request.subject)
    .setIssuedAt(now)
    .setExpirationTime(now + request.lifetimeSeconds)
    .sign(await importJWK(jwk, ALGORITHM));
}

const signingKey = async (secrets: string): Promise<JWK> => JSON.parse(await readSecretFile(join(secrets, PRIVATE))) as JWK;
