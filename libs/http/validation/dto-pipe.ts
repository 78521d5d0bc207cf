import { ArgumentMetadata, Injectable, PipeTransform } from '@nestjs/common';
import { ClassConstructor, plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { Problem } from '@hjemmel/kernel';
import { invalid, invalidBy } from './faults';

const RULES = {
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  validationError: { target: false, value: false },
} as const;

const UNTYPED: readonly unknown[] = [Object, String, Number, Boolean, Array, undefined];

/**
 * Checks bodies, queries and path parameters against their DTO class (class-validator). Nothing is converted on the way: a DTO
 * that wants a number out of a query says so itself. All faults are told at once.
 */
@Injectable()
export class DtoPipe implements PipeTransform {
  async transform(value: unknown, { type, metatype }: ArgumentMetadata): Promise<unknown> {
    if (type === 'custom') return value;
    if (UNTYPED.includes(metatype)) {
      if (type === 'body') throw new Error('a body must be declared with its DTO class, or nothing checks it');
      return value;
    }
    return checked(metatype as ClassConstructor<object>, value);
  }
}

/** @throws Problem 400 or 422 that lists every field at fault */
export async function checked<T extends object>(dto: ClassConstructor<T>, value: unknown): Promise<T> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw notAnObject();
  const instance = plainToInstance(dto, value);
  const errors = await validate(instance, RULES);
  if (errors.length > 0) throw invalidBy(errors);
  return instance;
}

const notAnObject = (): Problem => invalid([{ pointer: '', rule: 'object', detail: 'must be a JSON object' }]);
