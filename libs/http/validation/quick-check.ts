import type { ClassConstructor } from 'class-transformer';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage';
import { getMetadataStorage, IS_DEFINED, ValidationTypes } from 'class-validator';
import type { ValidationArguments, ValidatorConstraintInterface } from 'class-validator';

/**
 * A quick way to say yes. class-validator and class-transformer look their rules up anew for each object of each body, which costs
 * more than everything else that the edge does. Here the same rules are gathered once for each class, and the same constraints
 * are asked. It only ever accepts: whatever it does not accept, or does not know, is left to the libraries.
 */
interface Plan {
  readonly make: () => Record<string, unknown>;
  readonly properties: readonly Property[];
  readonly known: ReadonlySet<string>;
}

interface Property {
  readonly name: string;
  /** All must hold, or the property is not looked at. */
  readonly conditions: readonly ((object: unknown, value: unknown) => boolean)[];
  readonly checks: readonly ((object: object, value: unknown) => boolean)[];
  /** Class of the object, or of each object in the array. */
  readonly nested: ClassConstructor<object> | undefined;
}

const plans = new WeakMap<ClassConstructor<object>, Plan | 'none'>();

/** @returns the DTO, valid; undefined where that is not certain */
export function quickly<T extends object>(dto: ClassConstructor<T>, sent: object): T | undefined {
  const plan = planOf(dto);
  if (plan === 'none') return undefined;
  const made = plan.make();
  for (const name of Object.keys(sent)) {
    if (!plan.known.has(name)) return undefined;
    made[name] = (sent as Record<string, unknown>)[name];
  }
  for (const property of plan.properties) if (!holds(property, made)) return undefined;
  return made as T;
}

function holds({ name, conditions, checks, nested }: Property, made: Record<string, unknown>): boolean {
  if (nested && !makeNested(name, nested, made)) return false;
  const value = made[name];
  for (const condition of conditions) if (!condition(made, value)) return true;
  for (const check of checks) if (!check(made, value)) return false;
  return true;
}

function makeNested(name: string, dto: ClassConstructor<object>, made: Record<string, unknown>): boolean {
  const value = made[name];
  if (value === undefined) return true;
  if (!Array.isArray(value)) return (made[name] = nestedIn(dto, value)) !== undefined;
  const elements: object[] = [];
  for (const element of value as unknown[]) {
    const one = nestedIn(dto, element);
    if (!one) return false;
    elements.push(one);
  }
  made[name] = elements;
  return true;
}

const nestedIn = (dto: ClassConstructor<object>, value: unknown): object | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? quickly(dto, value) : undefined;

function planOf(dto: ClassConstructor<object>): Plan | 'none' {
  let plan = plans.get(dto);
  if (!plan) plans.set(dto, (plan = gather(dto) ?? 'none'));
  return plan;
}

/** Undefined for a class that uses more of the libraries than what is done here. */
function gather(dto: ClassConstructor<object>): Plan | undefined {
  const storage = getMetadataStorage();
  const rules = storage.getTargetValidationMetadatas(dto, '', false, false);
  if (rules.length === 0 || defaultMetadataStorage.getStrategy(dto) !== 'none') return undefined;
  const byName = new Map<string, { conditions: Property['conditions'][number][]; checks: Property['checks'][number][]; nested: boolean }>();
  for (const rule of rules) {
    const property = byName.get(rule.propertyName) ?? { conditions: [], checks: [], nested: false };
    byName.set(rule.propertyName, property);
    if (rule.type === ValidationTypes.CONDITIONAL_VALIDATION) {
      property.conditions.push(rule.constraints[0] as Property['conditions'][number]);
    } else if (rule.type === ValidationTypes.NESTED_VALIDATION) {
      property.nested = true;
    } else if (rule.type === ValidationTypes.CUSTOM_VALIDATION || rule.type === IS_DEFINED) {
      if (rule.validateIf) return undefined;
      for (const { instance } of storage.getTargetValidatorConstraints(rule.constraintCls))
        property.checks.push(checkOf(dto, instance, rule.propertyName, rule.constraints, rule.each));
    } else if (rule.type !== ValidationTypes.WHITELIST) return undefined;
  }
  const properties: Property[] = [];
  for (const [name, { conditions, checks, nested }] of byName) {
    const type = defaultMetadataStorage.findTypeMetadata(dto, name);
    if (defaultMetadataStorage.findTransformMetadatas(dto, name, PLAIN_TO_CLASS).length > 0) return undefined;
    if ((type !== undefined) !== nested || type?.options?.discriminator) return undefined;
    const nestedDto = type && (type.typeFunction() as ClassConstructor<object>);
    properties.push({ name, conditions, checks, nested: nestedDto });
  }
  return { make: () => new dto() as Record<string, unknown>, properties, known: new Set(byName.keys()) };
}

const PLAIN_TO_CLASS = 0;

function checkOf(
  dto: ClassConstructor<object>,
  constraint: ValidatorConstraintInterface,
  property: string,
  constraints: unknown[],
  each: boolean,
): (object: object, value: unknown) => boolean {
  return (object, value) => {
    const details: ValidationArguments = { targetName: dto.name, property, object, value, constraints };
    // Only a plain yes counts: a promise is for the libraries to wait for.
    if (!each || !Array.isArray(value)) return constraint.validate(value, details) === true;
    return value.every((element: unknown) => constraint.validate(element, details) === true);
  };
}
