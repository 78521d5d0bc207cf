import { createHmac, hkdfSync } from 'node:crypto';
import { normaliseEmail, normalisePhone } from '@hjemmel/kernel/identifiers';
import { KEY_BYTES, unwrapBytes, wrapBytes } from './wrapping';

/** A value by which a person (or a sole trader's business, which is one person) is recognised. */
export interface IdentityClaim {
  /** Under whom: two controllers never share a pseudonym for one person. */
  readonly controller: string;
  readonly kind: 'national-id' | 'email' | 'phone' | 'sole-trader-organisation';
  readonly value: string;
}

/** Spaces and hyphens that people put between digits. */
const BETWEEN_DIGITS = /[\s\u00a0-]/g;

const digits = (value: string, count: number): string | undefined => {
  const bare = value.replaceAll(BETWEEN_DIGITS, '');
  return new RegExp(`^[0-9]{${count}}$`).test(bare) ? bare : undefined;
};

/** Whether a number is one that somebody has, and of which series, is for those to check who take it. */
const NORMAL_FORMS: Readonly<Record<IdentityClaim['kind'], (value: string) => string | undefined>> = {
  'national-id': (value) => digits(value, 11),
  email: normaliseEmail,
  phone: normalisePhone,
  'sole-trader-organisation': (value) => digits(value, 9),
};

/**
 * The claim with its value in the one form under which people are known: digits alone, an e-mail address as `normaliseEmail` gives it, a telephone number in
 * E.164. Whoever asks may have brought it into that form before; that nobody forgets it is for the vault to see to.
 * @throws RangeError where it has no such form; the value is not repeated
 */
export function normalised({ controller, kind, value }: IdentityClaim): IdentityClaim {
  const normal = Object.hasOwn(NORMAL_FORMS, kind) ? NORMAL_FORMS[kind](value) : undefined;
  if (normal === undefined) throw new RangeError(`a value of kind ${kind} has no form in which anybody could be known by it`);
  return { controller, kind, value: normal };
}

/** HMAC-SHA-256 (RFC 2104) of a normalised claim, with the controller in it: nothing links one person's pseudonyms under two controllers. */
export const blindOf = (key: Buffer, { controller, kind, value }: IdentityClaim): Buffer =>
  createHmac('sha256', key)
    .update(JSON.stringify([controller, kind, value]))
    .digest();

/** Whose value it is, and under which epoch it is sealed: it opens beside nothing else. */
export interface ValuePlace {
  readonly controller: string;
  readonly kind: string;
  readonly subjectId: string;
  readonly epoch: number;
}

/**
 * The normalised value as its row keeps it, so that its index can be made anew under another key: AES-256-GCM under a key that HKDF-SHA-256 (RFC 5869)
 * makes of the epoch's master key for this person and kind. It goes with its row.
 */
export function sealValue(master: Buffer, place: ValuePlace, value: string): Buffer {
  const key = keyOf(master, place);
  const sealed = wrapBytes(key, boundOf(place), Buffer.from(value));
  key.fill(0);
  return sealed;
}

/** The value; undefined where key, place or bytes do not match. */
export function openValue(master: Buffer, place: ValuePlace, sealed: Buffer): string | undefined {
  const key = keyOf(master, place);
  const value = unwrapBytes(key, boundOf(place), sealed);
  key.fill(0);
  return value?.toString('utf8');
}

const keyOf = (master: Buffer, { subjectId, kind }: ValuePlace): Buffer =>
  Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), JSON.stringify(['hjemmel/identity/v1', subjectId, kind]), KEY_BYTES));

const boundOf = ({ controller, kind, subjectId, epoch }: ValuePlace): Buffer =>
  Buffer.from(JSON.stringify(['hjemmel/identity/v1', controller, kind, subjectId, epoch]));
