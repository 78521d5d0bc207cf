import type { LoggerService } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { DestinationStream, Logger, pino, stdTimeFunctions } from 'pino';

/** JSON lines on stdout. Personal data never goes into a program's log. */
export const programLogger = (program: string, level = 'info', destination?: DestinationStream): Logger =>
  pino(
    { level, base: { program }, timestamp: stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } },
    destination ?? pino.destination(1),
  );

/** One line a request. The route's pattern stands for its address: addresses and queries may carry what a log must not. */
export function logRequests(server: FastifyInstance, log: Logger): void {
  server.addHook('onResponse', (request, reply, done) => {
    log[reply.statusCode >= 500 ? 'error' : 'info']({
      method: request.method,
      route: request.is404 ? null : (request.routeOptions.url ?? null),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      requestId: request.id,
      actor: request.caller?.actor.id ?? null,
    });
    done();
  });
}

/** Nest's own words in the same log. What it says of its routes and modules at start is for debugging. */
export class NestLog implements LoggerService {
  constructor(private readonly pino: Logger) {}

  log = (message: unknown, ...rest: unknown[]): void => this.write('debug', message, rest);
  warn = (message: unknown, ...rest: unknown[]): void => this.write('warn', message, rest);
  error = (message: unknown, ...rest: unknown[]): void => this.write('error', message, rest);
  fatal = (message: unknown, ...rest: unknown[]): void => this.write('fatal', message, rest);
  debug = (message: unknown, ...rest: unknown[]): void => this.write('debug', message, rest);
  verbose = (message: unknown, ...rest: unknown[]): void => this.write('trace', message, rest);

  private write(level: 'trace' | 'debug' | 'warn' | 'error' | 'fatal', message: unknown, rest: readonly unknown[]): void {
    const context = rest.at(-1);
    const text = message instanceof Error ? message.name : typeof message === 'string' ? message : typeof message;
    this.pino[level]({ nest: typeof context === 'string' && !context.includes('\n') ? context : undefined }, text);
  }
}
