import { createParamDecorator, ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Actor, Problem, Role } from '@hjemmel/kernel';
import { addRouteConfig } from './route-config';

/** Who sends a request, as the verified token says. */
export interface Caller {
  /** The role is the one by which the route let the caller in. */
  readonly actor: Actor;
}

/** What stands on a route: the roles that may call it, or that it is open to everybody. A route without is refused. */
export type Access = readonly Role[] | 'public';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null;
  }
  interface FastifyContextConfig {
    access?: Access;
  }
}

/** Lets these roles in; others get 403. On a class it holds for each of its routes that says nothing itself. */
export const Allow = (...roles: Role[]): MethodDecorator & ClassDecorator => onRoutes(roles);

/** Asks no token. */
export const Public = (): MethodDecorator & ClassDecorator => onRoutes('public');

const DECIDED = Symbol('access decided');

// Access stands in fastify's own route configuration, so that it is decided before a byte of the body is read.
const onRoutes =
  (access: Access): MethodDecorator & ClassDecorator =>
  (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    if (key !== undefined && descriptor) return decide(target, key, descriptor, access);
    const prototype = (target as { prototype: object }).prototype;
    for (const [name, method] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      const value: unknown = method.value;
      if (name !== 'constructor' && typeof value === 'function' && !Reflect.hasMetadata(DECIDED, value))
        decide(prototype, name, method, access);
    }
  };

function decide(target: object, key: string | symbol, descriptor: PropertyDescriptor, access: Access): void {
  Reflect.defineMetadata(DECIDED, access, descriptor.value as object);
  addRouteConfig(target, key, descriptor, { access });
}

/** `@CallerOf() caller: Caller` */
export const CallerOf = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!caller) throw new Error('a public route has no caller');
  return caller;
});

const KEY = /^[\x21-\x7e]{1,128}$/;

const keyOf = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const key = context.switchToHttp().getRequest<FastifyRequest>().headers['idempotency-key'];
  if (typeof key === 'string' && KEY.test(key)) return key;
  throw new Problem({
    type: '/problems/idempotency-key-required',
    title: 'The header Idempotency-Key is missing or malformed',
    status: 400,
    detail: 'send 1 to 128 visible ASCII characters, a new key for each command and the same one when it is tried again',
  });
});

/** `@IdempotencyKey() key: string`: 1 to 128 visible ASCII characters, else 400. Documents the header with the route. */
export const IdempotencyKey = (): ParameterDecorator => (target, method, index) => {
  keyOf()(target, method, index);
  const descriptor = method === undefined ? undefined : Object.getOwnPropertyDescriptor(target, method);
  if (method === undefined || !descriptor) throw new Error('IdempotencyKey belongs on a parameter of a route');
  ApiHeader({
    name: 'Idempotency-Key',
    required: true,
    description: 'A new one for each command, the same one when it is tried again; kept for 30 days',
    schema: { type: 'string', minLength: 1, maxLength: 128, pattern: '^[!-~]+$' },
  })(target, method, descriptor);
};
