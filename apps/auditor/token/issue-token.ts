import { importJWK, SignJWT } from 'jose';
import type { JWK } from 'jose';
import { OperatorError } from '@hjemmel/host';
import type { Role } from '@hjemmel/kernel/event';

export interface Bearer {
  readonly role: Role;
  readonly subject: string;
  readonly hours: number;
}

/** Whom the verifier expects to have issued a token, and for whom. */
export interface Parties {
  readonly issuer: string;
  readonly audience: string;
}

/**
 * A signed access token (JWT, RFC 7519) that the API takes.
 * @param signingKey private Ed25519 key as JWK (RFC 8037), in JSON
 * @throws OperatorError where that is no such key
 */
export async function issueToken(signingKey: string, { role, subject, hours }: Bearer, parties: Parties): Promise<string> {
  const jwk = jwkOf(signingKey);
  const now = Math.floor(Date.now() / 1_000);
  return new SignJWT({ roles: [role] })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', ...(jwk.kid !== undefined && { kid: jwk.kid }) })
    .setSubject(subject)
    .setIssuer(parties.issuer)
    .setAudience(parties.audience)
    .setIssuedAt(now)
    .setExpirationTime(now + Math.round(hours * 3_600))
    .sign(await importJWK(jwk, 'EdDSA'));
}

function jwkOf(text: string): JWK {
  try {
    const jwk = JSON.parse(text) as JWK;
    if (jwk.kty === 'OKP' && jwk.crv === 'Ed25519' && typeof jwk.d === 'string') return jwk;
  } catch {
    throw notAKey(); // the parser's message quotes the secret
  }
  throw notAKey();
}

const notAKey = (): OperatorError => new OperatorError('the file of the signing key holds no private Ed25519 key (JWK)');
