import { createParamDecorator, ExecutionContext } from '@nestjs/common';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '@hjemmel/kernel';
import { plain } from './problem-filter';
import { addRouteConfig } from './route-config';

/** What a route takes instead of JSON. */
export interface ByteBody {
  /** Media types, in lower case. */
  readonly types: readonly string[];
  readonly limitBytes: number;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    bytes?: ByteBody;
  }
}

/** The route takes bytes of these media types and of no other, up to a limit of its own. {@link BodyBytes} gives them. */
export const TakesBytes =
  (limitBytes: number, ...types: readonly string[]): MethodDecorator =>
  (target, key, descriptor: PropertyDescriptor) => {
    addRouteConfig(target, key, descriptor, { bytes: { types, limitBytes } });
    ApiConsumes(...types)(target, key, descriptor);
    ApiBody({ schema: { type: 'string', format: 'binary', maxLength: limitBytes } })(target, key, descriptor);
  };

/** `@BodyBytes() bytes: Buffer` on a route that {@link TakesBytes}; empty where nothing was sent. */
export const BodyBytes = createParamDecorator((_: unknown, context: ExecutionContext): Buffer => {
  const { body } = context.switchToHttp().getRequest<FastifyRequest>();
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
});

/**
 * Lets the routes that say so take bytes. Call it before routes are added; the hook that refuses comes where it is called, so that those
 * who may not call a route are told that first.
 */
export function acceptBytes(server: FastifyInstance): { readonly refuseOthers: (request: FastifyRequest) => Promise<void> } {
  const known = new Set<string>();
  server.addHook('onRoute', (route) => {
    const { bytes } = route.config ?? {};
    if (!bytes) return;
    route.bodyLimit = bytes.limitBytes;
    for (const type of bytes.types) {
      if (known.has(type)) continue;
      known.add(type);
      server.addContentTypeParser(type, { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => body);
    }
  });
  return {
    /** An answer of 415 comes before anything of the body is read. */
    refuseOthers: async ({ headers, routeOptions }) => {
      const type = headers['content-type']?.split(';', 1)[0]!.trim().toLowerCase() ?? '';
      const { bytes } = routeOptions.config;
      if (bytes && !bytes.types.includes(type)) throw notOf(bytes);
      if (!bytes && known.has(type)) throw new Problem(plain(415));
    },
  };
}

const notOf = ({ types }: ByteBody): Problem =>
  new Problem({ type: '/problems/unsupported-media-type', title: `The body must be ${types.join(' or ')}`, status: 415 });
