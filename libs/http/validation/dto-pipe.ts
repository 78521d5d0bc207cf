import { ArgumentMetadata, Injectable, PipeTransform } from '@nestjs/common';
import { ClassConstructor, plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { Fault } from '@hjemmel/kernel';
import { quickly } from './quick-check';
import { child, faultsOf, FoundFault, invalid, unknownField } from './faults';

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
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid([AN_OBJECT]);
  return quickly(dto, value) ?? thoroughly(dto, value);
}

/** The same by the libraries themselves, with every fault. */
export async function thoroughly<T extends object>(dto: ClassConstructor<T>, value: object): Promise<T> {
  const short = shortened(value) as object;
  if (short !== value) await examined(dto, short);
  return examined(dto, value);
}

async function examined<T extends object>(dto: ClassConstructor<T>, value: object): Promise<T> {
  const instance = plainToInstance(dto, value);
  const faults = [...unseen(value, instance, ''), ...faultsOf(await validate(instance, RULES))];
  if (faults.length === 0) return instance;
  if (Reflect.hasMetadata(CHECKS_MORE, dto) && faults.every(({ ofMeaning }) => ofMeaning)) pending.set(instance, faults);
  else throw invalid(faults);
  return instance;
}

/** More lines than any command of ours takes: if one is at fault for its length, the faults of this many of its elements are enough. */
const ENOUGH_ELEMENTS = 1_000;

/** The value itself where none of its arrays is long; else a copy in which they are cut, so that finding faults can't take seconds. */
function shortened(value: unknown): unknown {
  if (!isObject(value)) return value;
  if (Array.isArray(value)) {
    const elements: unknown[] = value.slice(0, ENOUGH_ELEMENTS).map(shortened);
    return elements.length === value.length && elements.every((element, index) => element === value[index]) ? value : elements;
  }
  const members = Object.entries(value).map(([name, member]) => [name, member as unknown, shortened(member)] as const);
  if (members.every(([, member, short]) => member === short)) return value;
  return Object.fromEntries(members.map(([name, , short]) => [name, short]));
}

const AN_OBJECT = { pointer: '', rule: 'object', detail: 'must be a JSON object' };

/**
 * class-transformer leaves out fields that are named like a method of the DTO, so that the rule against unknown fields never sees
 * them. What did not arrive is not known here.
 */
function unseen(sent: object, arrived: object, pointer: string): FoundFault[] {
  return Object.entries(sent).flatMap(([name, value]: [string, unknown]) => {
    const at = child(pointer, name);
    if (!Object.hasOwn(arrived, name)) return [unknownField(at)];
    const there = (arrived as Record<string, unknown>)[name];
    return isObject(value) && isObject(there) ? unseen(value, there, at) : [];
  });
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const CHECKS_MORE = Symbol('checks more');
const pending = new WeakMap<object, readonly FoundFault[]>();

/**
 * On a body whose route checks more than the class can say: faults of meaning (422) are then kept for {@link refuseFaults}, which
 * the route must call, so that they are told together with its own.
 */
export const ChecksMore = (): ClassDecorator => (dto) => Reflect.defineMetadata(CHECKS_MORE, true, dto);

/** @throws Problem 422 with all faults of meaning of this body, those of its class first; nothing where there are none */
export function refuseFaults(body: object, own: readonly Fault[]): void {
  const faults = [...(pending.get(body) ?? []), ...own];
  if (faults.length > 0) throw invalid(faults, 422);
}
