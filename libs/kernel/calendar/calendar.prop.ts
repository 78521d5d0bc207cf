import fc from 'fast-check';
import { addPeriod, isWorkingDay, nextWorkingDay, osloDay, RightsRequestDeadlines, rightsRequestDeadlines } from '.';
import * as oracle from './testing/independent-calendar';

const instants = fc.date({ min: new Date('2018-07-20T00:00:00Z'), max: new Date('2099-06-30T00:00:00Z'), noInvalidDate: true });
const epoch = (day: string) => Date.parse(`${day}T00:00:00Z`) / 86_400_000;

describe('deadlines of a rights request, for any receipt', () => {
  it('are those of an independent calendar', () => {
    fc.assert(
      fc.property(instants, (at) => {
        const { dueInstant, ...days } = rightsRequestDeadlines(at);
        const expected = oracle.deadlines(at.getTime());
        expect(days).toEqual(Object.fromEntries(Object.entries(expected).map(([name, day]) => [name, oracle.text(oracle.civil(day))])));
        expect(oracle.dayInOslo(Date.parse(dueInstant) - 1)).toBe(expected.due);
        expect(oracle.dayInOslo(Date.parse(dueInstant))).toBe(expected.due + 1);
      }),
      { numRuns: 2000 },
    );
  });

  it('due is no later than promise or law; what is rolled is a working day, not before the law’s day and as near as can be', () => {
    fc.assert(
      fc.property(instants, (at) => {
        const d = rightsRequestDeadlines(at);
        expect(d.due <= d.promise && d.due <= d.law && [d.promise, d.law].includes(d.due)).toBe(true);
        for (const [unrolled, rolled] of [
          [d.law, d.rolled],
          [d.extended, d.extendedRolled],
        ] as const) {
          expect(isWorkingDay(rolled)).toBe(true);
          for (let day = epoch(unrolled); day < epoch(rolled); day++) expect(oracle.working(day)).toBe(false);
          expect(epoch(rolled)).toBeGreaterThanOrEqual(epoch(unrolled));
        }
        expect(d.lastDayToExtend < d.extended).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('never come earlier for a later receipt', () => {
    const days = (d: RightsRequestDeadlines) => Object.values(d) as string[];
    const nearby = fc.integer({ min: 0, max: 40 * 86_400_000 });
    fc.assert(
      fc.property(instants, nearby, (at, later) => {
        const [first, second] = [days(rightsRequestDeadlines(at)), days(rightsRequestDeadlines(new Date(at.getTime() + later)))];
        first.forEach((day, i) => expect(day <= second[i]!).toBe(true));
      }),
      { numRuns: 1000 },
    );
  });

  it('near the nights on which the clock is moved', () => {
    const changes = fc
      .tuple(fc.integer({ min: 2019, max: 2098 }), fc.constantFrom(3, 10), fc.integer({ min: -36 * 60, max: 36 * 60 }))
      .map(([year, month, minutes]) => new Date(Date.UTC(year, month - 1, 28, 1, minutes)));
    fc.assert(
      fc.property(changes, (at) => expect(osloDay(at)).toBe(oracle.text(oracle.civil(oracle.dayInOslo(at.getTime()))))),
      { numRuns: 2000 },
    );
  });
});

it('periods are those of an independent calendar, from any day', () => {
  const days = fc.integer({ min: oracle.serial([1975, 1, 1]), max: oracle.serial([2100, 12, 31]) });
  const parts = fc.record({ Y: fc.nat(60), M: fc.nat(80), W: fc.nat(60), D: fc.nat(400) }, { requiredKeys: [] });
  fc.assert(
    fc.property(days, parts, (from, { Y, M, W, D = 0 }) => {
      const written = `P${Y === undefined ? '' : `${Y}Y`}${M === undefined ? '' : `${M}M`}${W === undefined ? '' : `${W}W`}${D}D`;
      const expected = oracle.monthsLater(from, 12 * (Y ?? 0) + (M ?? 0)) + 7 * (W ?? 0) + D;
      expect(addPeriod(oracle.text(oracle.civil(from)), written)).toBe(oracle.text(oracle.civil(expected)));
    }),
    { numRuns: 2000 },
  );
});

it('working days from 1975 to 2100 are those of an independent calendar, day by day', () => {
  const wrong: string[] = [];
  for (let day = oracle.serial([1975, 1, 1]); day < oracle.serial([2101, 1, 1]); day++) {
    const written = oracle.text(oracle.civil(day));
    if (isWorkingDay(written) !== oracle.working(day)) wrong.push(written);
  }
  expect(wrong).toEqual([]);
  expect(nextWorkingDay('2100-12-25')).toBe('2100-12-27');
});
