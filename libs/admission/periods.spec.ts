import { isOver, keptTooLong } from './periods';
import type { Activity, KeepingRule, RequestedUse, Standing } from './types';

describe('a period ends with the end of its last day in Oslo (Regulation 1182/71 art. 3(2)(c))', () => {
  // since | length | the last moment at which it is not over; the one after it is the first of the next day in Oslo
  it.each([
    ['2026-01-15T10:00:00.000Z', 'P1M', '2026-02-15T22:59:59.999Z', 'in winter an hour before UTC'],
    ['2026-06-15T10:00:00.000Z', 'P1M', '2026-07-15T21:59:59.999Z', 'in summer two hours before UTC'],
    ['2026-01-14T22:59:59.999Z', 'P1M', '2026-02-14T22:59:59.999Z', 'begun in the last moment of a day in winter'],
    ['2026-01-14T23:00:00.000Z', 'P1M', '2026-02-15T22:59:59.999Z', 'begun in the first moment of a day in winter'],
    ['2026-06-30T21:59:59.999Z', 'P6M', '2026-12-30T22:59:59.999Z', 'begun in the last moment of a day in summer, over in winter'],
    ['2026-06-30T22:00:00.000Z', 'P6M', '2027-01-01T22:59:59.999Z', 'begun in the first moment of a day in summer, over in winter'],
    ['2025-12-31T23:00:00.000Z', 'P6M', '2026-07-01T21:59:59.999Z', 'begun with the year, over in summer'],
    ['2026-01-31T10:00:00.000Z', 'P1M', '2026-02-28T22:59:59.999Z', 'where the month has no such day, on its last (art. 3(2)(c))'],
    ['2028-01-31T10:00:00.000Z', 'P1M', '2028-02-29T22:59:59.999Z', 'on a leap day'],
    ['2024-02-29T10:00:00.000Z', 'P5Y', '2029-02-28T22:59:59.999Z', 'begun on a leap day, over in a year without'],
    ['2024-02-29T10:00:00.000Z', 'P4Y', '2028-02-29T22:59:59.999Z', 'from leap day to leap day'],
    ['2022-08-31T10:00:00.000Z', 'P3Y6M', '2026-02-28T22:59:59.999Z', 'three years and a half (bokføringsloven § 13)'],
    ['2022-12-31T22:30:00.000Z', 'P3Y6M', '2026-06-30T21:59:59.999Z', 'three years and a half from the end of a year'],
    ['2026-03-28T23:00:00.000Z', 'P1D', '2026-03-30T21:59:59.999Z', 'over the night on which the clock is put forward'],
    ['2026-10-24T22:00:00.000Z', 'P1D', '2026-10-26T22:59:59.999Z', 'over the night on which it is put back'],
    ['2026-02-27T10:00:00.000Z', 'P30D', '2026-03-29T21:59:59.999Z', 'thirty days, which are not a month'],
  ])('since %s, %s: to %s (%s)', (since, length, last) => {
    const at = new Date(last);
    expect([isOver(since, length, at), isOver(since, length, new Date(at.getTime() + 1))]).toEqual([false, true]);
  });

  it('without a length it is over in the instant in which it begins', () => {
    const since = '2026-03-02T10:00:00.000Z';
    const at = (instant: string) => isOver(since, undefined, new Date(instant));
    expect([at('2026-03-02T09:59:59.999Z'), at(since), at('2026-03-02T10:00:00.001Z')]).toEqual([false, true, true]);
  });
});

describe('how long data may be kept (art. 5(1)(e))', () => {
  const activity = (rule: KeepingRule): Activity => ({
    id: 'C-1',
    version: 1,
    role: 'controller',
    purposes: [],
    legalBases: [],
    categories: [],
    recipients: [],
    retention: [rule],
    retired: false,
  });
  const standing = (...periods: Standing['periods']): Standing => ({
    controller: '915376215',
    relations: [],
    consents: {},
    restrictions: [],
    objections: [],
    periods,
    erased: false,
  });
  const use: RequestedUse = {
    activity: 'C-1',
    purpose: 'deliver-service',
    categories: ['subject.contact'],
    kind: 'storage',
    customer: 'a',
  };
  const rule = { rule: 'R-1', trigger: 'card-issued', length: 'P1M' };
  const at = new Date('2026-03-02T10:00:00Z');
  const kept = (...periods: Standing['periods']) => keptTooLong(activity(rule), standing(...periods), use, at);

  it('a period that began again later, for all, keeps what the customer’s own would not, and the other way round', () => {
    const [long, lately] = [{ since: '2025-11-01T10:00:00.000Z' }, { since: '2026-02-20T10:00:00.000Z' }];
    const trigger = 'card-issued';
    expect(kept({ trigger, ...long }, { trigger, customer: 'a', ...lately })).toBe(false);
    expect(kept({ trigger, ...lately }, { trigger, customer: 'a', ...long })).toBe(false);
    expect(kept({ trigger, ...long }, { trigger, customer: 'b', ...lately })).toBe(true);
    expect(kept({ trigger, ...long }, { trigger, customer: 'a', ...long })).toBe(true);
  });
  it('a period that is to begin has not begun', () => {
    expect(kept({ trigger: 'card-issued', since: '2026-03-02T10:00:00.001Z' })).toBe(false);
    const ends = activity({ rule: 'R-2', trigger: 'contract-ended' });
    const leaving = (since: string) => keptTooLong(ends, standing({ trigger: 'contract-ended', since }), use, at);
    expect([leaving('2026-03-02T10:00:00.001Z'), leaving('2026-03-02T10:00:00.000Z')]).toEqual([false, true]);
  });
});
