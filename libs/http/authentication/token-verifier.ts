import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { createLocalJWKSet, createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { JSONWebKeySet, JWTPayload, JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';
import { Problem, Role, roles } from '@hjemmel/kernel';
import type { HttpSettings } from '../settings';

/** Signatures of public keys only: no shared secret and no `none`. */
const ALGORITHMS = ['EdDSA', 'Ed25519', 'ES256', 'RS256', 'PS256'];
const CLOCK_TOLERANCE_SECONDS = 5;
const MAX_TOKEN_LENGTH = 8_192;
/** A verified token is taken for verified this long; a key that was withdrawn is out after it. */
const REMEMBER_MS = 30_000;
const REMEMBERED_TOKENS = 10_000;
const RELOAD_AFTER_MS = 5_000;

export interface VerifiedToken {
  readonly subject: string;
  /** Known roles only; others in the token mean nothing here. */
  readonly roles: readonly Role[];
  /** Seconds since 1970. */
  readonly expires: number;
}

/** The token is missing, expired, forged or not meant for us. Why exactly is nobody's business outside. */
export class NotAuthenticated extends Error {}

/** Verifies bearer tokens: signature by the JWKS, issuer, audience, expiry, algorithm. */
export class TokenVerifier {
  private readonly remembered = new LRUCache<string, VerifiedToken>({ max: REMEMBERED_TOKENS, ttl: REMEMBER_MS });

  constructor(
    private readonly settings: Pick<HttpSettings, 'jwks' | 'issuer' | 'audience'>,
    private readonly keys: JWTVerifyGetKey = keysOf(settings.jwks),
  ) {}

  /** @throws NotAuthenticated; Problem 503 where the keys can't be had */
  async verify(token: string): Promise<VerifiedToken> {
    if (token.length > MAX_TOKEN_LENGTH) throw new NotAuthenticated();
    // Remembered by digest, so that no token stays in memory.
    const digest = createHash('sha256').update(token).digest('base64');
    const known = this.remembered.get(digest);
    if (known) {
      if (known.expires + CLOCK_TOLERANCE_SECONDS > Date.now() / 1_000) return known;
      throw new NotAuthenticated();
    }
    const verified = readClaims(await this.payloadOf(token));
    this.remembered.set(digest, verified);
    return verified;
  }

  private async payloadOf(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, this.keyFor, {
        algorithms: ALGORITHMS,
        issuer: this.settings.issuer,
        audience: this.settings.audience,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['exp', 'sub'],
      });
      return payload;
    } catch (error) {
      if (error instanceof Problem) throw error;
      throw new NotAuthenticated(); // what was wrong may quote a claim, so it goes no further
    }
  }

  private readonly keyFor: JWTVerifyGetKey = async (header, token) => {
    try {
      return await this.keys(header, token);
    } catch (error) {
      if (UNKNOWN_KEY.some((kind) => error instanceof kind)) throw new NotAuthenticated();
      throw keysUnavailable(error);
    }
  };
}

/** The keys are there, but none is the token's. */
const UNKNOWN_KEY = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];

const keysUnavailable = (cause: unknown): Problem =>
  Object.assign(
    new Problem({ type: '/problems/token-keys-unavailable', title: 'Tokens cannot be verified now', status: 503, retryAfterSeconds: 5 }),
    { cause },
  );

function readClaims({ sub, exp, role, roles: several }: JWTPayload): VerifiedToken {
  if (typeof sub !== 'string' || sub === '' || typeof exp !== 'number') throw new NotAuthenticated();
  const claimed: unknown[] = Array.isArray(several) ? several : [several, role];
  return { subject: sub, expires: exp, roles: roles.filter((known) => claimed.includes(known)) };
}

function keysOf(jwks: string): JWTVerifyGetKey {
  return /^https?:\/\//.test(jwks) ? createRemoteJWKSet(new URL(jwks)) : fileKeys(jwks);
}

/** The file is read again when it has changed, so that keys are rotated without a restart. */
function fileKeys(path: string): JWTVerifyGetKey {
  let loaded: { readonly keys: ReturnType<typeof createLocalJWKSet>; readonly modified: number } | undefined;
  let checkedAt = 0;
  return async (header, token) => {
    if (!loaded || Date.now() - checkedAt > RELOAD_AFTER_MS) {
      const { mtimeMs } = await stat(path);
      if (loaded?.modified !== mtimeMs) {
        const { keys } = JSON.parse(await readFile(path, 'utf8')) as JSONWebKeySet;
        loaded = { keys: createLocalJWKSet({ keys: keys.filter(({ kty }) => kty !== 'oct') }), modified: mtimeMs };
      }
      checkedAt = Date.now();
    }
    return loaded.keys(header, token);
  };
}
