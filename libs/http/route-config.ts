import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyContextConfig } from 'fastify';

const CONFIG = Symbol('route config');

/** Adds to fastify's own configuration of a route. Nest's `RouteConfig` alone would put each part in the place of the one before. */
export function addRouteConfig(target: object, key: string | symbol, descriptor: PropertyDescriptor, part: FastifyContextConfig): void {
  const handler = descriptor.value as object;
  const whole = { ...(Reflect.getMetadata(CONFIG, handler) as FastifyContextConfig | undefined), ...part };
  Reflect.defineMetadata(CONFIG, whole, handler);
  RouteConfig(whole)(target, key, descriptor);
}
