import { idnr } from '@navikt/fnrvalidator';
import { Day, osloDay } from '../calendar';

export interface NationalIdRules {
  /** Which population is served: `real` people, or made ones (`synthetic`: the series of Skatteetaten's Tenor and of NAV). */
  readonly kind: 'real' | 'synthetic';
  /** Day (Europe/Oslo) from which the check digits of 2032 are accepted beside the old ones. By law 2032-01-01. */
  readonly rulesOf2032From: Day;
  /** The instant of the check. */
  readonly on: Date;
}

export const nationalIdFaults = [
  'not-eleven-digits',
  'check-digits',
  'impossible-date',
  'h-number',
  'fh-number',
  'synthetic-not-allowed',
  'real-not-allowed',
] as const;
export type NationalIdFault = (typeof nationalIdFaults)[number];

export type NationalIdVerdict =
  | {
      readonly ok: true;
      readonly kind: 'fodselsnummer' | 'd-number';
      readonly synthetic: boolean;
      /** Only where the number alone tells the century, which it does not from the rules of 2032 on: ask Folkeregisteret then. */
      readonly birthDate?: Day;
    }
  | { readonly ok: false; readonly fault: NationalIdFault };

/**
 * Checks a fødselsnummer or D-number: eleven digits and nothing else, check digits, a date that can be a date of birth on that day, the
 * series it is from.
 *
 * From `@navikt/fnrvalidator`: the check digits by the rule of 2032 (up to four first ones; the old rule's numbers are among them) and
 * that day and month exist. Ours: the old rule, to which the first check digit is held until `rulesOf2032From`; the century, and with it
 * 29 February and dates to come; the series that are refused.
 *
 * Month + 40 is the series of H-numbers (help numbers in health care) and of NAV's synthetic people alike: refused as `h-number` where people are real,
 * taken as synthetic where they are not. FH-numbers begin with 8 or 9 and hold no date.
 *
 * Sources: Skatteetaten, "Nytt fødselsnummer fra 2032" and documentation of synthetic test data; personopplysningsloven § 12 for why
 * no fault repeats the number. Never throws for any text.
 */
export function checkNationalId(value: string, { kind, rulesOf2032From, on }: NationalIdRules): NationalIdVerdict {
  if (!/^[0-9]{11}$/.test(value)) return fault('not-eleven-digits');
  if (value[0] === '8' || value[0] === '9') return fault('fh-number');
  const today = osloDay(on);
  const dual = today >= rulesOf2032From;
  const judged = idnr(value);
  const checkDigits = judged.status === 'valid' || !judged.reasons.includes("checksums don't match");
  if (!checkDigits || (!dual && !hasOldCheckDigit(value))) return fault('check-digits');
  if (judged.status === 'invalid') return fault('impossible-date');

  const { series, ...written } = read(value);
  if (series === 'month+40' && kind === 'real') return fault('h-number');
  if (series === 'month+80' && kind === 'real') return fault('synthetic-not-allowed');
  if (series === 'ordinary' && kind === 'synthetic') return fault('real-not-allowed');

  const verdict = { ok: true, kind: written.dNumber ? 'd-number' : 'fodselsnummer', synthetic: series !== 'ordinary' } as const;
  if (dual) return verdict; // any individual number may belong to any century
  const birthDate = birthDateOf(written);
  return birthDate !== undefined && birthDate <= today ? { ...verdict, birthDate } : fault('impossible-date');
}

/**
 * Whether a number that passed {@link checkNationalId} and a date of birth given beside it agree in day, month and last two digits of the year:
 * all that a number can tell by any rule.
 */
export function agreesWithBirthDate(value: string, birthDate: Day): boolean {
  const { day, month, yearInCentury } = read(value);
  return birthDate.slice(2) === `${two(yearInCentury)}-${two(month)}-${two(day)}`;
}

const fault = (reason: NationalIdFault): NationalIdVerdict => ({ ok: false, fault: reason });

const oldWeights = [3, 7, 6, 1, 8, 9, 4, 5, 2, 1];

/** The first check digit makes the weighted sum divisible by 11; from 2032 on a remainder of up to three is allowed. */
const hasOldCheckDigit = (value: string): boolean => oldWeights.reduce((sum, weight, i) => sum + weight * Number(value[i]), 0) % 11 === 0;

interface Written {
  readonly dNumber: boolean;
  readonly day: number;
  readonly month: number;
  readonly yearInCentury: number;
  readonly individual: number;
}

function read(value: string): Written & { readonly series: 'ordinary' | 'month+40' | 'month+80' } {
  const [day, month] = [Number(value.slice(0, 2)), Number(value.slice(2, 4))];
  return {
    dNumber: day > 40,
    day: day % 40,
    month: month % 40,
    yearInCentury: Number(value.slice(4, 6)),
    individual: Number(value.slice(6, 9)),
    series: month > 80 ? 'month+80' : month > 40 ? 'month+40' : 'ordinary',
  };
}

/** Which individual numbers were given to whom until 2031; those that no row holds were given to nobody. */
const centuries = [
  { century: 1900, individuals: [0, 499], years: [0, 99] },
  { century: 1800, individuals: [500, 749], years: [54, 99] },
  { century: 2000, individuals: [500, 999], years: [0, 39] },
  { century: 1900, individuals: [900, 999], years: [40, 99] },
] as const;

function birthDateOf(written: Written): Day | undefined {
  const within = (value: number, [from, to]: readonly [number, number]) => from <= value && value <= to;
  const row = centuries.find((c) => within(written.individual, c.individuals) && within(written.yearInCentury, c.years));
  return row && dateIn(row.century, written);
}

/** That day and month exist in some year is checked before; 29 February is left, which 1900 and most years do not have. */
function dateIn(century: number, { yearInCentury, month, day }: Written): Day | undefined {
  const year = century + yearInCentury;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && day === 29 && !leap ? undefined : `${year}-${two(month)}-${two(day)}`;
}

const two = (value: number): string => String(value).padStart(2, '0');
