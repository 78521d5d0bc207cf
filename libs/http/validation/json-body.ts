import { isUtf8 } from 'node:buffer';
import { Fault, Problem } from '@hjemmel/kernel';
import { child, invalid } from './faults';

/** Deeper than any command of ours; what walks a body recursively after this can't run out of stack. */
const MAX_DEPTH = 32;
/** Objects, arrays and values in one body: 500 card holders with a dozen fields are about 7,000. */
const MAX_VALUES = 25_000;
/** Members of Object.prototype: as the name of a field they would be looked up where they are not. */
const RESERVED: ReadonlySet<string> = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Parses a body as JSON (RFC 8259) and refuses what no command of ours can hold, wherever it stands: bytes that are not
 * UTF-8, lone surrogates, numbers that are not finite, names of Object.prototype's members, deep nesting, too many values.
 * @throws Problem 400
 */
export function parseJsonBody(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw malformed('the body is not UTF-8');
  const text = bytes.toString('utf8');
  const body = parse(text);
  // In UTF-8 a lone surrogate can only come as an escape.
  if (!isHarmless(body, text.includes('\\u'), 1, { left: MAX_VALUES })) throw invalid(faultsOf(body));
  return body;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw malformed('the body is not JSON'); // the parser's own message quotes the body
  }
}

/** The same as that {@link faultsOf} finds nothing, for the many bodies that are well. */
function isHarmless(value: unknown, maySurrogate: boolean, depth: number, values: { left: number }): boolean {
  if (--values.left < 0) return false;
  if (typeof value === 'string') return !maySurrogate || !LONE_SURROGATE.test(value);
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((element) => isHarmless(element, maySurrogate, depth + 1, values));
  for (const name of Object.keys(value)) {
    if (RESERVED.has(name) || (maySurrogate && LONE_SURROGATE.test(name))) return false;
    if (!isHarmless((value as Record<string, unknown>)[name], maySurrogate, depth + 1, values)) return false;
  }
  return true;
}

const malformed = (detail: string): Problem =>
  new Problem({ type: '/problems/malformed-json', title: 'The body could not be read', status: 400, detail });

interface Place {
  readonly value: unknown;
  readonly pointer: string;
  readonly depth: number;
}

/** Walks without recursion: what it measures is the depth. */
function faultsOf(body: unknown): Fault[] {
  const faults: Fault[] = [];
  const open: Place[] = [{ value: body, pointer: '', depth: 1 }];
  let values = 0;
  for (let place = open.pop(); place; place = open.pop()) {
    const { value, pointer, depth } = place;
    if (++values > MAX_VALUES) return [{ pointer: '', rule: 'too-many-values', detail: `the body holds more than ${MAX_VALUES} values` }];
    if (typeof value === 'string' && LONE_SURROGATE.test(value))
      faults.push({ pointer, rule: 'well-formed-text', detail: 'must be well-formed Unicode' });
    if (typeof value === 'number' && !Number.isFinite(value))
      faults.push({ pointer, rule: 'finite-number', detail: 'must be a finite number' });
    if (typeof value !== 'object' || value === null) continue;
    if (depth > MAX_DEPTH) return [{ pointer: '', rule: 'too-deep', detail: `the body is nested deeper than ${MAX_DEPTH} levels` }];
    for (const [name, member] of Object.entries(value)) {
      if (!Array.isArray(value) && (RESERVED.has(name) || LONE_SURROGATE.test(name)))
        faults.push({ pointer, rule: 'reserved-name', detail: 'holds a field whose name is not allowed' });
      else open.push({ value: member as unknown, pointer: child(pointer, name), depth: depth + 1 });
    }
  }
  return faults;
}
