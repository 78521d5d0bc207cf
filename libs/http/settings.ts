import { join } from 'node:path';
import { OperatorError } from '@hjemmel/host';
import type { Settings } from '@hjemmel/host';

/** How the HTTP edge behaves. Every default is for one API process behind loopback or a TLS proxy. */
export interface HttpSettings {
  /** Path or https URL of the JWKS that tokens are verified with. */
  readonly jwks: string;
  readonly issuer: string;
  readonly audience: string;
  /** Requests a minute for each token subject (for each address on public routes); 0 sets no limit. */
  readonly rateLimit: number;
  /** Answers 401 a minute for each address, before they turn into 429. */
  readonly failedAuthenticationLimit: number;
  readonly bodyLimitBytes: number;
  /** From the first byte of a request to its last. */
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  /** How long a query waits for the position that it must have seen. */
  readonly readWaitMs: number;
}

/** @param secrets folder of the secret files, where the JWKS stands unless HJEMMEL_JWKS says otherwise */
export const httpSettings = (env: Settings, secrets: string): HttpSettings => ({
  jwks: jwksOf(env.text('HJEMMEL_JWKS', join(secrets, 'token-keys.jwks.json'))),
  issuer: env.text('HJEMMEL_JWT_ISSUER', 'hjemmel'),
  audience: env.text('HJEMMEL_JWT_AUDIENCE', 'hjemmel'),
  rateLimit: env.integer('HJEMMEL_RATE_LIMIT', 600_000),
  failedAuthenticationLimit: env.integer('HJEMMEL_FAILED_AUTHENTICATION_LIMIT', 120, { min: 1 }),
  bodyLimitBytes: env.integer('HJEMMEL_BODY_LIMIT', 1_048_576, { min: 1_024, max: 64 * 1_048_576 }),
  requestTimeoutMs: env.durationMs('HJEMMEL_REQUEST_TIMEOUT', '30s'),
  keepAliveTimeoutMs: env.durationMs('HJEMMEL_KEEP_ALIVE_TIMEOUT', '72s'),
  readWaitMs: env.durationMs('HJEMMEL_READ_WAIT', '5s'),
});

/** Keys that come over the network in clear could be anybody's. */
function jwksOf(place: string): string {
  if (!place.startsWith('http:')) return place;
  const isLoopback = URL.canParse(place) && ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(place).hostname);
  if (!isLoopback) throw new OperatorError('HJEMMEL_JWKS must be the path of a file, or a URL that begins with https://');
  return place;
}
