import type { FastifyRequest } from 'fastify';
import { Problem, Role } from '@hjemmel/kernel';
import type { Access } from '../access';
import { Actors } from './actors';
import { NotAuthenticated, TokenVerifier, VerifiedToken } from './token-verifier';

const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]+) *$/i;

/**
 * Decides who may go on, before a byte of the body is read: 401 without a valid token, 403 for a role that the route does not
 * name, and 403 on a route that names none. Unknown routes go on to their 404.
 * @param tooManyFailures counts a failed authentication and says whether the address has had too many of them
 */
export function accessHook(
  tokens: TokenVerifier,
  actors: Actors,
  tooManyFailures: (request: FastifyRequest) => Promise<Problem | undefined>,
) {
  return async (request: FastifyRequest): Promise<void> => {
    const { access } = request.routeOptions.config;
    if (request.is404 || access === 'public') return;
    const token = await authenticate(request).catch(async (error: unknown) => {
      if (!(error instanceof Problem) || error.problem.status !== 401) throw error;
      throw (await tooManyFailures(request)) ?? error;
    });
    request.caller = { actor: actors.actorOf(token, roleFor(access, token)) };
  };

  async function authenticate({ headers: { authorization } }: FastifyRequest): Promise<VerifiedToken> {
    if (authorization === undefined) throw unauthenticated('/problems/token-required', 'A bearer token is required');
    const token = BEARER.exec(authorization)?.[1];
    try {
      if (token === undefined) throw new NotAuthenticated();
      return await tokens.verify(token);
    } catch (error) {
      if (error instanceof NotAuthenticated) throw unauthenticated('/problems/invalid-token', 'The bearer token is not valid');
      throw error;
    }
  }
}

function roleFor(access: Exclude<Access, 'public'> | undefined, { roles }: VerifiedToken): Role {
  const role = access?.find((allowed) => roles.includes(allowed));
  if (role) return role;
  throw new Problem({
    type: '/problems/role-not-allowed',
    title: 'This role may not do this',
    status: 403,
    ...(access && { detail: `allowed: ${access.join(', ')}` }),
  });
}

const unauthenticated = (type: string, title: string): Problem => new Problem({ type, title, status: 401 });
