import { randomUUID } from 'node:crypto';
import { Socket } from 'node:net';
import helmet from '@fastify/helmet';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { accessHook } from './authentication/access-hook';
import { Actors } from './authentication/actors';
import { TokenVerifier } from './authentication/token-verifier';
import { acceptBytes } from './byte-bodies';
import { CommandReply } from './idempotency';
import { serveOpenApi } from './openapi';
import { plain, ProblemFilter } from './problem-filter';
import { rateLimits } from './rate-limits';
import { logRequests, NestLog } from './request-log';
import { routeTable } from './route-table';
import type { HttpKeys } from './secrets';
import type { HttpSettings } from './settings';
import { DtoPipe } from './validation/dto-pipe';
import { parseJsonBody } from './validation/json-body';

export interface HttpParts {
  readonly settings: HttpSettings;
  readonly keys: HttpKeys;
  readonly log: Logger;
}

/** A Nest application on fastify with the whole edge in front of it; `listen` starts it. */
export async function createHttpApplication(root: Type | DynamicModule, parts: HttpParts): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(root, httpAdapter(parts.settings), {
    logger: new NestLog(parts.log),
    bodyParser: false,
    abortOnError: false,
  });
  await configureHttp(app, parts);
  return app;
}

export const httpAdapter = ({ bodyLimitBytes, requestTimeoutMs, keepAliveTimeoutMs }: HttpSettings): FastifyAdapter =>
  new FastifyAdapter({
    bodyLimit: bodyLimitBytes,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    connectionTimeout: requestTimeoutMs * 2, // a socket on which nothing moves, also while an answer is sent
    genReqId: () => randomUUID(),
    return503OnClosing: false, // what came before the stop is answered
    skipMiddie: true,
    clientErrorHandler: refuseUnreadable,
    frameworkErrors: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply) => {
      const problem = plain(error.statusCode ?? 400);
      void reply.status(problem.status).header('Content-Type', 'application/problem+json; charset=utf-8').send(JSON.stringify(problem));
    },
  });

/** Puts validation, authentication, limits, logging and problem answers in front of every route. Call it before `listen` and `init`. */
export async function configureHttp(app: NestFastifyApplication, { settings, keys, log }: HttpParts): Promise<void> {
  const server = app.getHttpAdapter().getInstance();
  const routes = routeTable(server);
  acceptJsonOnly(server);
  const bytes = acceptBytes(server);
  logRequests(server, log);
  await server.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  });
  const limits = await rateLimits(server, settings);
  server.decorateRequest('caller', null);
  server.addHook('onRequest', async (_request, reply) => void reply.header('Cache-Control', 'no-store'));
  server.addHook('onRequest', accessHook(new TokenVerifier(settings), new Actors(keys.actorPseudonym), limits.failedAuthentications));
  server.addHook('onRequest', async (request) => {
    const exceeded = await limits.requests(request);
    if (exceeded) throw exceeded;
  });
  server.addHook('onRequest', bytes.refuseOthers);
  server.addHook('preSerialization', async (_request, reply, payload: unknown): Promise<unknown> => {
    if (!(payload instanceof CommandReply)) return payload;
    void reply.status(payload.status);
    if (payload.replayed) void reply.header('Idempotency-Replayed', 'true');
    return payload.body;
  });
  serveOpenApi(app, server, routes);
  app.useGlobalPipes(new DtoPipe());
  app.useGlobalFilters(new ProblemFilter(log, routes.methodsFor));
}

/** No text, no forms, and no bytes but where a route takes them: an answer of 415 comes before anything of the body is read. */
function acceptJsonOnly(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => parseJsonBody(body));
}

/** What isn't HTTP, or too much of it, never becomes a request. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy(error);
    return;
  }
  const problem = plain(error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400);
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} Refused\r\nContent-Type: application/problem+json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
