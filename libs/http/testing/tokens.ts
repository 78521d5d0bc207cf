import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, JWTPayload, SignJWT } from 'jose';
import type { Role } from '@hjemmel/kernel';

export interface TestTokens {
  /** Path of the JWKS with the public halves. */
  readonly jwks: string;
  /** A token as the API takes it; `claims` replaces what it would hold, undefined takes a claim away. */
  issue(roles: readonly Role[], subject?: string, claims?: Record<string, unknown>): Promise<string>;
  /** The same by another key and algorithm; the key is in the JWKS where `known`. */
  issueWith(algorithm: string, known: boolean): Promise<string>;
}

const EXPIRES_IN_SECONDS = 600;

/** Keys of their own and tokens signed with them, for tests against a real edge. */
export async function testTokens(folder: string): Promise<TestTokens> {
  const jwks = join(folder, 'token-keys.jwks.json');
  const keys: object[] = [];
  const make = async (algorithm: string, known: boolean) => {
    const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
    const kid = `${algorithm}-${keys.length}${known ? '' : '-unknown'}`;
    if (known) keys.push({ ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' });
    return (payload: JWTPayload) => new SignJWT(payload).setProtectedHeader({ alg: algorithm, kid }).sign(privateKey);
  };
  const now = () => Math.floor(Date.now() / 1_000);
  const payload = (roles: readonly Role[], subject: string) => ({
    iss: 'hjemmel',
    aud: 'hjemmel',
    sub: subject,
    exp: now() + EXPIRES_IN_SECONDS,
    roles: [...roles],
  });
  const sign = await make('EdDSA', true);
  const others = new Map<string, Awaited<ReturnType<typeof make>>>();
  for (const algorithm of ['ES256', 'RS256', 'PS256', 'ES384']) others.set(algorithm, await make(algorithm, true));
  await writeFile(jwks, JSON.stringify({ keys }));
  return {
    jwks,
    issue: (roles, subject = 'shop', claims = {}) => sign({ ...payload(roles, subject), ...claims }),
    issueWith: async (algorithm, known) => {
      const signer = known ? others.get(algorithm) : await make(algorithm, false);
      if (!signer) throw new Error(`no test key for ${algorithm}`);
      return signer(payload(['service'], 'shop'));
    },
  };
}
