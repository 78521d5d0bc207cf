import rateLimit from '@fastify/rate-limit';
import type { CreateRateLimitOptions } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '@hjemmel/kernel';
import type { HttpSettings } from './settings';

export type Limit = (request: FastifyRequest) => Promise<Problem | undefined>;

export interface RateLimits {
  /** Counts a request for its token's subject, or for its address where it has none. */
  readonly requests: Limit;
  /** Counts a failed authentication for its address. Valid tokens from there still go through: others may sit behind it. */
  readonly failedAuthentications: Limit;
}

/** Counts are kept in this process; where several of them serve, each allows as much. */
export async function rateLimits(server: FastifyInstance, settings: HttpSettings): Promise<RateLimits> {
  await server.register(rateLimit, { global: false });
  const perMinute = (max: number, keyGenerator?: CreateRateLimitOptions['keyGenerator']): Limit => {
    if (max === 0) return async () => undefined;
    const check = server.createRateLimit({ max, timeWindow: 60_000, ...(keyGenerator && { keyGenerator }) });
    return async (request) => {
      const counted = await check(request);
      return !counted.isAllowed && counted.isExceeded ? tooMany(counted.ttlInSeconds) : undefined;
    };
  };
  const callers = perMinute(settings.rateLimit, ({ caller }) => caller?.actor.id ?? '');
  const addresses = perMinute(settings.rateLimit); // a network of IPv6 counts as one address
  return {
    requests: (request) => (request.caller ? callers(request) : addresses(request)),
    failedAuthentications: perMinute(settings.failedAuthenticationLimit),
  };
}

const tooMany = (retryAfterSeconds: number): Problem =>
  new Problem({
    type: '/problems/too-many-requests',
    title: 'Too many requests',
    status: 429,
    retryAfterSeconds: Math.max(1, retryAfterSeconds),
  });
