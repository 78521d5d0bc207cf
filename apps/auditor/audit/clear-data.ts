import { checkNationalId, normaliseEmail, normalisePhone } from '@hjemmel/kernel/identifiers';
import type { Found } from './findings';
import type { TextAt } from './walk';

/** Positions and revisions are long numbers that mean nobody. */
const NUMBERS_OF_THE_LOG = /(^|\.)(knownUpTo|ledgerRevision)$/;

/** Most texts are codes and ids: they are passed by at once. */
const SUSPECT = /@|\d{8}|\d{6} \d{5}|\+ ?47|0047|\d{2} \d{2} \d{2}|\d{3} \d{2} \d{3}/;
const NATIONAL_ID = /(?<![0-9A-Za-z])\d{6} ?\d{5}(?![0-9A-Za-z])/g;
const EMAIL = /[^\s@<>()"',;:]+@[^\s@<>()"',;:]+\.[^\s@<>()"',;:]+/g;
/** With its country code anywhere; without it where it is all there is, since eight digits are many things. */
const PHONE = /(?<![0-9A-Za-z+])(?:\+ ?47|0047)[ ]?(?:\d[ ]?){7}\d(?![0-9A-Za-z])/g;
const PHONE_ALONE = /^\s*(?:\d{8}|\d{3} \d{2} \d{3}|\d{2} \d{2} \d{2} \d{2})\s*$/;

/** Personal data that stands in the log in clear: told by what it is and where, never repeated. */
export function clearDataIn(texts: readonly TextAt[], on: Date): Found[] {
  return texts.flatMap(({ path, text }) => {
    const what = SUSPECT.test(text) && !NUMBERS_OF_THE_LOG.test(path) ? personalIn(text, on) : undefined;
    return what === undefined ? [] : [{ kind: 'personal-data-in-clear', expected: 'sealed', recorded: `${what} in ${path}` }];
  });
}

function personalIn(text: string, on: Date): string | undefined {
  if (matches(text, NATIONAL_ID).some((number) => isNationalId(number.replace(' ', ''), on))) return 'a national identity number';
  if (matches(text, EMAIL).some((address) => normaliseEmail(address.replace(/[.!?]+$/, '')) !== undefined)) return 'an e-mail address';
  const phones = [...matches(text, PHONE).map((number) => number.replace(/^0047/, '+47')), ...(PHONE_ALONE.test(text) ? [text] : [])];
  return phones.some((number) => normalisePhone(number) !== undefined) ? 'a telephone number' : undefined;
}

const matches = (text: string, pattern: RegExp): string[] => text.match(pattern) ?? [];

const isNationalId = (number: string, on: Date): boolean =>
  (['real', 'synthetic'] as const).some((kind) => checkNationalId(number, { kind, rulesOf2032From: '2032-01-01', on }).ok);
