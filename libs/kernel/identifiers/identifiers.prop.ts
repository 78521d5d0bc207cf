import fc from 'fast-check';
import { checkNationalId, checkOrganisationNumber, normaliseEmail, normalisePhone } from '.';

/*
 * The oracle works the other way round: it makes, as the registers do, every number that could be given to somebody born on a day; what is
 * checked must be exactly what could be made.
 */
const two = (n: number) => String(n).padStart(2, '0');

const dot = (digits: string, weights: string) => [...weights].map((w, i) => Number(w) * Number(digits[i])).reduce((a, b) => a + b, 0);

/** All endings of nine digits by one of the rules: K1 = 11 − sum (+ 0 … 3 from 2032 on), K2 = 11 − sum, 11 counts as 0, 10 is not given. */
function made(nine: string, rests: readonly number[]): string[] {
  const numbers: string[] = [];
  for (const rest of rests) {
    let k1 = 11 + rest - (dot(nine, '376189452') % 11);
    if (k1 > 10) k1 -= 11;
    if (k1 === 10) continue;
    let k2 = 11 - (dot(`${nine}${k1}`, '5432765432') % 11);
    if (k2 === 11) k2 = 0;
    if (k2 !== 10) numbers.push(`${nine}${k1}${k2}`);
  }
  return numbers;
}

/** Individual numbers by the year of birth (until 2031). */
function individuals(year: number): readonly (readonly [number, number])[] {
  if (year < 1900) return [[500, 749]];
  if (year < 1940) return [[0, 499]];
  if (year < 2000)
    return [
      [0, 499],
      [900, 999],
    ];
  return [[500, 999]];
}

const births = fc
  .date({ min: new Date('1854-01-01T00:00:00Z'), max: new Date('2026-05-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => ({ year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }));
const shifts = fc.record({ dNumber: fc.boolean(), series: fc.constantFrom(0, 40, 80) });
const people = births.chain((birth) =>
  fc.record({
    birth: fc.constant(birth),
    shift: shifts,
    individual: fc.oneof(...individuals(birth.year).map(([min, max]) => fc.integer({ min, max }))),
  }),
);
const nineOf = ({
  birth,
  shift,
  individual,
}: {
  birth: { year: number; month: number; day: number };
  shift: { dNumber: boolean; series: number };
  individual: number;
}) =>
  two(birth.day + (shift.dNumber ? 40 : 0)) + two(birth.month + shift.series) + two(birth.year % 100) + String(individual).padStart(3, '0');

const endings = Array.from({ length: 100 }, (_, i) => two(i));
const old = { rulesOf2032From: '2032-01-01', on: new Date('2026-06-01T00:00:00Z') };
const dual = { rulesOf2032From: '2026-06-01', on: new Date('2026-06-01T00:00:00Z') };

describe('national identity numbers', () => {
  it('of the hundred endings of nine digits, those pass that the rule makes, and they tell who they are', () => {
    fc.assert(
      fc.property(people, (person) => {
        const nine = nineOf(person);
        const kind = person.shift.series === 0 ? 'real' : 'synthetic';
        const expected = {
          ok: true,
          kind: person.shift.dNumber ? 'd-number' : 'fodselsnummer',
          synthetic: person.shift.series !== 0,
        };
        const birthDate = `${person.birth.year}-${two(person.birth.month)}-${two(person.birth.day)}`;
        for (const [rules, numbers, told] of [
          [old, made(nine, [0]), { ...expected, birthDate }],
          [dual, made(nine, [0, 1, 2, 3]), expected],
        ] as const) {
          const verdicts = endings.map((ending) => ({
            number: nine + ending,
            verdict: checkNationalId(nine + ending, { kind, ...rules }),
          }));
          const passed = verdicts.filter(({ verdict }) => verdict.ok);
          expect(passed.map(({ number }) => number)).toEqual([...numbers].sort());
          for (const { verdict } of passed) expect(verdict).toEqual(told);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('no number passes as real and as synthetic', () => {
    fc.assert(
      fc.property(people, fc.constantFrom(old, dual), (person, rules) => {
        for (const number of made(nineOf(person), [0, 1, 2, 3]))
          expect([
            checkNationalId(number, { kind: 'real', ...rules }).ok,
            checkNationalId(number, { kind: 'synthetic', ...rules }).ok,
          ]).not.toEqual([true, true]);
      }),
    );
  });

  it('one wrong digit, or two neighbours exchanged, is found by the old rule', () => {
    fc.assert(
      fc.property(people, fc.nat(10), fc.integer({ min: 1, max: 9 }), (person, at, add) => {
        const kind = person.shift.series === 0 ? 'real' : 'synthetic';
        for (const number of made(nineOf(person), [0])) {
          const wrong = number.slice(0, at) + String((Number(number[at]) + add) % 10) + number.slice(at + 1);
          expect(checkNationalId(wrong, { kind, ...old }).ok).toBe(false);
          const exchanged = number.slice(0, at) + (number[at + 1] ?? '') + number[at] + number.slice(at + 2);
          if (at < 10 && exchanged !== number) expect(checkNationalId(exchanged, { kind, ...old }).ok).toBe(false);
        }
      }),
    );
  });

  it('any text at all gets an answer, and a number that passes today passes under the rules of 2032', () => {
    const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[0-9]{11}$/), fc.stringMatching(/^[0-7][0-9]{10}$/));
    fc.assert(
      fc.property(texts, fc.constantFrom('real' as const, 'synthetic' as const), (text, kind) => {
        const today = checkNationalId(text, { kind, ...old });
        expect(typeof today.ok).toBe('boolean');
        if (today.ok) expect(checkNationalId(text, { kind, ...dual }).ok).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('organisation numbers', () => {
  it('of the ten endings of eight digits, at most one passes: the one that modulus 11 makes', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{8}$/), (eight) => {
        const k = (11 - (dot(eight, '32765432') % 11)) % 11;
        for (let digit = 0; digit < 10; digit++) {
          const verdict = checkOrganisationNumber(`${eight}${digit}`, { kind: 'synthetic' });
          expect(verdict.ok).toBe(digit === k && '2389'.includes(eight[0]!));
        }
      }),
    );
  });
});

describe('normal forms', () => {
  it('an address in its normal form stays as it is, whatever the case and the spaces it came in', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        const normal = normaliseEmail(address);
        if (normal === undefined) return;
        expect(normaliseEmail(normal)).toBe(normal);
        expect(normaliseEmail(`  ${address.toUpperCase()}\t`)).toBe(normal);
      }),
    );
  });

  it('any text at all gets an answer; what passes has one @, no space, no control character and at most 254 characters', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.tuple(fc.string(), fc.string({ unit: 'grapheme' })).map(([a, b]) => `${a}@${b}.example`),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const normal = normaliseEmail(text);
        if (normal !== undefined) expect(normal).toMatch(/^[!-?A-~]{1,64}@[^\s@\p{C}]{1,190}$/u);
      }),
      { numRuns: 2000 },
    );
  });

  it('a telephone number is E.164 or nothing, and stays as it is', () => {
    const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^\+?[0-9 ]{5,16}$/), fc.stringMatching(/^[2-9][0-9]{7}$/));
    fc.assert(
      fc.property(texts, (text) => {
        const e164 = normalisePhone(text);
        if (e164 === undefined) return;
        expect(e164).toMatch(/^\+[1-9][0-9]{5,14}$/);
        expect(normalisePhone(e164)).toBe(e164);
      }),
      { numRuns: 1000 },
    );
  });
});
