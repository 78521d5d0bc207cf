import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Access } from './access';

export interface RouteTable {
  /** Methods under which the address of a request is known. */
  readonly methodsFor: (request: FastifyRequest) => readonly string[];
  /** The access rule of a route, by method and pattern. */
  readonly accessOf: (method: string, url: string) => Access | undefined;
}

interface Route {
  readonly method: string;
  readonly url: string;
  readonly access: Access | undefined;
  readonly matches: RegExp;
}

/** Remembers the routes as they are added, so that a wrong method can be told from an unknown address. */
export function routeTable(server: FastifyInstance): RouteTable {
  const routes: Route[] = [];
  server.addHook('onRoute', ({ method, url, config }) => {
    for (const one of [method].flat()) routes.push({ method: one, url, access: config?.access, matches: patternOf(url) });
  });
  return {
    methodsFor: ({ url }) => {
      const path = url.split('?', 1)[0] ?? '';
      return [...new Set(routes.filter(({ matches }) => matches.test(path)).map(({ method }) => method))].sort();
    },
    accessOf: (method, url) => routes.find((route) => route.method === method && route.url === url)?.access,
  };
}

const patternOf = (url: string): RegExp =>
  new RegExp(
    `^${url
      .replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll(/:[A-Za-z0-9_]+/g, '[^/]+')
      .replaceAll('*', '.*')}$`,
  );
