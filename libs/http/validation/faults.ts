import type { ValidationError } from 'class-validator';
import { Fault, Problem } from '@hjemmel/kernel';

/** More than any form of ours has fields; keeps the answer to a hostile body small. */
const MAX_FAULTS = 5_000;
/** Names that may be repeated: what a programmer would call a field. Anything else in a name could be data. */
const FIELD_NAME = /^(?:[A-Za-z_][A-Za-z0-9_-]{0,63}|\d{1,6})$/;

/** The pointer (RFC 6901) to a member; a name that may be data is left out, so that it points to what holds it. */
export const child = (pointer: string, name: string): string => (FIELD_NAME.test(name) ? `${pointer}/${name}` : pointer);

export interface FoundFault extends Fault {
  /** Well-formed, but not valid. */
  readonly ofMeaning: boolean;
}

/** A field of the wrong type is at fault for that alone: what else fails then only follows from it. */
export const faultsOf = (errors: readonly ValidationError[]): FoundFault[] => errors.flatMap((error) => faultsIn(error, ''));

/** 400 when a fault of shape is among them, 422 when all of them are of meaning. */
export function invalid(found: readonly (Fault & Partial<FoundFault>)[], status?: 400 | 422): Problem {
  const faults = found.slice(0, MAX_FAULTS).map(({ ofMeaning: _, ...fault }) => fault);
  return new Problem({
    type: '/problems/invalid-request',
    title: 'The request is not valid',
    status: status ?? (found.every(({ ofMeaning }) => ofMeaning) ? 422 : 400),
    ...(found.length > MAX_FAULTS && { detail: `${found.length} faults; the first ${MAX_FAULTS} are listed` }),
    errors: faults,
  });
}

function faultsIn(error: ValidationError, parent: string): FoundFault[] {
  const pointer = child(parent, error.property ?? '');
  const contexts = (error.contexts ?? {}) as Record<string, { status?: number } | undefined>;
  const own = Object.entries(error.constraints ?? {}).map(([rule, detail]) => ({
    pointer,
    rule: RULES[rule] ?? kebab(rule),
    detail: DETAILS[rule] ?? detail,
    ofMeaning: contexts[rule]?.status === 422,
  }));
  const ofShape = own.filter((fault) => !fault.ofMeaning);
  const nested = (error.children ?? []).flatMap((inner) => faultsIn(inner, pointer));
  return [...(ofShape.length > 0 ? ofShape : own), ...nested];
}

export const unknownField = (pointer: string): FoundFault => ({
  pointer,
  rule: 'unknown-field',
  detail: 'this field is not known here',
  ofMeaning: false,
});

const RULES: Record<string, string> = { whitelistValidation: 'unknown-field', nestedValidation: 'object', unknownValue: 'object' };
// The library's own texts for these name the field as it was sent.
const DETAILS: Record<string, string> = {
  whitelistValidation: 'this field is not known here',
  nestedValidation: 'must be an object, or an array of objects',
  unknownValue: 'must be an object',
};

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
