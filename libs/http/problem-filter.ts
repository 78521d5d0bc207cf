import { ArgumentsHost, Catch, ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { Problem, ProblemDetails } from '@hjemmel/kernel';
import { ReplayedProblem } from './idempotency';

/** Titles of what the framework itself answers. The type is made of the title. */
const TITLES: Record<number, string> = {
  400: 'The request is not valid',
  404: 'There is nothing here',
  405: 'This method is not possible here',
  406: 'Not in that form',
  408: 'The request took too long',
  413: 'The body is too large',
  414: 'The address is too long',
  415: 'The body must be application/json',
  422: 'The request is not valid',
  429: 'Too many requests',
  431: 'The headers are too large',
  503: 'Not available now',
};

/**
 * Every error leaves as `application/problem+json` (RFC 9457). What is not meant for the caller becomes a 500 with an id that
 * stands in the log; neither message nor stack goes out, as they may quote personal data.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly log: Logger,
    private readonly methodsFor: (request: FastifyRequest) => readonly string[] = () => [],
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = this.problemOf(error, request);
    if (error instanceof ReplayedProblem) void reply.header('Idempotency-Replayed', 'true');
    send(reply, problem);
  }

  private problemOf(error: unknown, request: FastifyRequest): ProblemDetails {
    if (error instanceof Problem) {
      const { status, type } = error.problem;
      if (status >= 500)
        this.log.warn({ requestId: request.id, problem: type, ...(error.cause !== undefined && traced(error.cause)) }, type);
      return error.problem;
    }
    const outage = outageOf(error);
    if (outage) {
      this.log.warn({ requestId: request.id, problem: outage.type, ...traced(error) }, outage.title);
      return outage;
    }
    if (error instanceof HttpException && error.getStatus() < 500) return this.frameworks(error.getStatus(), request);
    this.log.error({ requestId: request.id, route: request.routeOptions.url, ...traced(error) }, 'unexpected error');
    return { type: '/problems/unexpected', title: 'Something went wrong here', status: 500, errorId: request.id };
  }

  private frameworks(status: number, request: FastifyRequest): ProblemDetails {
    if (status === 404 && request.is404) {
      const allow = this.methodsFor(request);
      if (allow.length > 0 && !allow.includes(request.method)) return { ...plain(405), allow };
    }
    return plain(status);
  }
}

export function plain(status: number): ProblemDetails {
  const title = TITLES[status] ?? 'The request was refused';
  return { type: `/problems/${title.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`, title, status };
}

function send(reply: FastifyReply, problem: ProblemDetails): void {
  if (typeof problem['retryAfterSeconds'] === 'number') void reply.header('Retry-After', String(problem['retryAfterSeconds']));
  if (Array.isArray(problem['allow'])) void reply.header('Allow', problem['allow'].join(', '));
  if (problem.status === 401)
    void reply.header('WWW-Authenticate', problem.type === '/problems/invalid-token' ? 'Bearer error="invalid_token"' : 'Bearer');
  void reply
    .status(problem.status)
    .header('Content-Type', 'application/problem+json; charset=utf-8')
    .header('Cache-Control', 'no-store')
    .send(JSON.stringify(problem));
}

/** What libraries throw that know no HTTP: the log, the keys or the database can't be reached, others were quicker, or the person's data was erased. */
function outageOf(error: unknown): ProblemDetails | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'LogUnavailable')
    return { type: '/problems/log-unavailable', title: 'The event log cannot be reached', status: 503, retryAfterSeconds: 1 };
  if (error.name === 'WrongExpectedRevision')
    return { type: '/problems/contended', title: 'Others changed the same at the same time', status: 409, retryAfterSeconds: 1 };
  if (error.name === 'BlobStoreUnavailable')
    return { type: '/problems/blobs-unavailable', title: 'The store of photos cannot be reached', status: 503, retryAfterSeconds: 1 };
  if (error.name === 'CannotSeal')
    return { type: '/problems/keys-unavailable', title: 'The keys are not at hand now', status: 503, retryAfterSeconds: 1 };
  if (error.name === 'ErasedKey')
    return { type: '/problems/erased', title: 'Data of this kind was erased for this person', status: 409, legal: 'GDPR art. 17(1)' };
  if (isDatabaseOutage(error))
    return { type: '/problems/database-unavailable', title: 'The database cannot be reached', status: 503, retryAfterSeconds: 1 };
  return undefined;
}

const UNREACHABLE = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);
/** SQLSTATE classes: connection exception, insufficient resources, operator intervention (shutdown, start-up), serialization and deadlock. */
const PASSING_SQLSTATE = /^(08|53|57P0|40001|40P01)/;
const CONNECTION_LOST = /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

export function isDatabaseOutage(error: Error): boolean {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (error instanceof AggregateError && error.errors.some((inner) => inner instanceof Error && isDatabaseOutage(inner))) return true;
  return UNREACHABLE.has(code) || PASSING_SQLSTATE.test(code) || CONNECTION_LOST.test(error.message);
}

/** Name, code and the places in the code, of the error and its causes. Messages stay out of logs: they may quote personal data. */
export function traced(error: unknown, depth = 0): object {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const at = (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim());
  return {
    error: error.name,
    ...(code && { code }),
    at,
    ...(error.cause !== undefined && depth < 3 && { cause: traced(error.cause, depth + 1) }),
  };
}
