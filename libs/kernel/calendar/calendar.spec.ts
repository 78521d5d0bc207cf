import {
  addDays,
  addMonths,
  addPeriod,
  endOfDay,
  isWorkingDay,
  nextWorkingDay,
  osloDay,
  publicHolidays,
  rightsRequestDeadlines,
  startOfDay,
} from '.';

describe('deadlines of a rights request', () => {
  // received | promise (+30 d) | law (1 month) | rolled | extended (3 months) | extended, rolled
  const table = `
    2026-01-15 | 2026-02-14 | 2026-02-15 | 2026-02-16 | 2026-04-15 | 2026-04-15
    2026-01-30 | 2026-03-01 | 2026-02-28 | 2026-03-02 | 2026-04-30 | 2026-04-30
    2026-01-31 | 2026-03-02 | 2026-02-28 | 2026-03-02 | 2026-04-30 | 2026-04-30
    2026-02-01 | 2026-03-03 | 2026-03-01 | 2026-03-02 | 2026-05-01 | 2026-05-04
    2026-02-27 | 2026-03-29 | 2026-03-27 | 2026-03-27 | 2026-05-27 | 2026-05-27
    2026-03-02 | 2026-04-01 | 2026-04-02 | 2026-04-07 | 2026-06-02 | 2026-06-02
    2026-03-05 | 2026-04-04 | 2026-04-05 | 2026-04-07 | 2026-06-05 | 2026-06-05
    2026-08-31 | 2026-09-30 | 2026-09-30 | 2026-09-30 | 2026-11-30 | 2026-11-30
    2026-11-30 | 2026-12-30 | 2026-12-30 | 2026-12-30 | 2027-02-28 | 2027-03-01
    2028-01-31 | 2028-03-01 | 2028-02-29 | 2028-02-29 | 2028-04-30 | 2028-05-02`
    .trim()
    .split('\n')
    .map((line) => line.trim().split(' | '));

  it.each(table)('received on %s', (received, promise, law, rolled, extended, extendedRolled) => {
    const deadlines = rightsRequestDeadlines(`${received}T12:00:00+01:00`);
    expect(deadlines).toMatchObject({ receivedOn: received, promise, law, rolled, extended, extendedRolled, lastDayToExtend: law });
    expect(deadlines.due).toBe([promise, law].sort()[0]);
  });

  it('due at the end of the day in Oslo, winter and summer', () => {
    expect(rightsRequestDeadlines('2026-01-15T08:00:00Z').dueInstant).toBe('2026-02-14T23:00:00.000Z');
    expect(rightsRequestDeadlines('2026-03-02T08:00:00Z').dueInstant).toBe('2026-04-01T22:00:00.000Z');
  });

  it('a request received at 23:30 UTC was received on the next day in Oslo', () => {
    expect(rightsRequestDeadlines('2026-01-14T23:30:00Z')).toMatchObject({ receivedOn: '2026-01-15', law: '2026-02-15' });
    expect(rightsRequestDeadlines('2026-01-30T23:30:00Z')).toMatchObject({ receivedOn: '2026-01-31', due: '2026-02-28' });
    expect(rightsRequestDeadlines('2026-07-01T22:30:00Z').receivedOn).toBe('2026-07-02');
    expect(rightsRequestDeadlines('2026-12-31T23:00:00Z').receivedOn).toBe('2027-01-01');
    expect(rightsRequestDeadlines('2026-12-31T22:59:59.999Z').receivedOn).toBe('2026-12-31');
  });

  it('nights on which the clock is moved', () => {
    expect(osloDay('2026-03-28T22:59:59Z')).toBe('2026-03-28'); // 23:59:59 in winter time
    expect(osloDay('2026-03-28T23:00:00Z')).toBe('2026-03-29');
    expect(osloDay('2026-03-29T21:59:59Z')).toBe('2026-03-29'); // 23:59:59 in summer time: a day of 23 hours
    expect(osloDay('2026-03-29T22:00:00Z')).toBe('2026-03-30');
    expect([startOfDay('2026-03-29'), endOfDay('2026-03-29')]).toEqual(['2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z']);
    expect([startOfDay('2026-10-25'), endOfDay('2026-10-25')]).toEqual(['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z']);
    expect(rightsRequestDeadlines('2026-09-25T22:30:00Z')).toMatchObject({ due: '2026-10-26', dueInstant: '2026-10-26T23:00:00.000Z' });
  });

  it('leap years', () => {
    expect(addMonths('2028-01-31', 1)).toBe('2028-02-29');
    expect(addMonths('2027-11-30', 3)).toBe('2028-02-29');
    expect(addMonths('2028-02-29', 12)).toBe('2029-02-28');
    expect(addMonths('2028-02-29', 1)).toBe('2028-03-29');
    expect(addMonths('2099-12-31', 2)).toBe('2100-02-28');
  });

  it('takes a Date as well as text with an offset, and nothing else', () => {
    expect(rightsRequestDeadlines(new Date('2026-01-15T12:00:00Z'))).toEqual(rightsRequestDeadlines('2026-01-15T13:00:00+01:00'));
    for (const bad of ['2026-01-15', '2026-01-15T12:00:00', 'yesterday', '', '2026-02-30T12:00:00Z', new Date(NaN)])
      expect(() => rightsRequestDeadlines(bad)).toThrow(RangeError);
    for (const bad of ['20260131', '2026-02-29', '2026-1-1', '2026-01-31T00:00:00Z']) expect(() => addMonths(bad, 1)).toThrow(RangeError);
  });
});

describe('periods of years, months, weeks and days (Regulation 1182/71 art. 3)', () => {
  it.each([
    ['2022-08-31', 'P3Y6M', '2026-02-28', 'three years and a half (bokføringsloven § 13)'],
    ['2026-01-31', 'P1M', '2026-02-28', 'the last day of a month that has no such day (art. 3(2)(c))'],
    ['2028-01-31', 'P1M', '2028-02-29', 'in a leap year'],
    ['2024-02-29', 'P1Y', '2025-02-28', 'from a leap day to a year without'],
    ['2024-02-29', 'P4Y', '2028-02-29', 'from leap day to leap day'],
    ['2024-02-29', 'P12M', '2025-02-28', 'a year in months'],
    ['2026-12-31', 'P2W', '2027-01-14', 'weeks, into the next year'],
    ['2026-02-27', 'P30D', '2026-03-29', 'days, which are not a month'],
    ['2026-03-28', 'P1D', '2026-03-29', 'a night on which the clock is moved'],
    ['2026-01-31', 'P1M1D', '2026-03-01', 'months before days: to the last of February, and on'],
    ['2024-02-29', 'P1Y1M1W1D', '2025-04-06', 'all of them'],
    ['2026-01-31', 'P0D', '2026-01-31', 'none at all'],
    ['2026-01-31', 'P999Y', '3025-01-31', 'the longest in years'],
  ])('from %s, %s: to %s (%s)', (day, period, expected) => expect(addPeriod(day, period)).toBe(expected));

  it('end as months and days alone end theirs', () => {
    for (const day of ['2026-01-31', '2028-02-29', '2026-12-31']) {
      expect(addPeriod(day, 'P6M')).toBe(addMonths(day, 6));
      expect(addPeriod(day, 'P3Y6M')).toBe(addMonths(day, 42));
      expect(addPeriod(day, 'P30D')).toBe(addDays(day, 30));
    }
  });

  it.each([
    ['hours and minutes', ['PT1H', 'P1DT1H', 'P1M1DT', 'PT0S']],
    ['fractions and signs', ['P1.5Y', 'P0,5M', '-P1M', '+P1M', 'P-1M']],
    ['anything out of order or twice', ['P6M3Y', 'P1D1W', 'P1Y1Y']],
    ['what is no duration, or has something about it', ['', 'P', '1M', 'P1', 'P1X', 'p1m', ' P1M', 'P1M ', 'P1M\n', 'P1M\nP1M', 'forever']],
    ['more than any statute knows', ['P1000Y', 'P10000M', 'P10000W', 'P100000D']],
  ])('take no %s', (_, periods) => {
    for (const period of periods) expect(() => addPeriod('2026-01-31', period)).toThrow(RangeError);
  });
  it('start on a day, and on nothing else', () => {
    for (const bad of ['20260131', '2026-02-29', '2026-1-1', '2026-01-31T00:00:00Z', ''])
      expect(() => addPeriod(bad, 'P1M')).toThrow(RangeError);
  });
});

describe('working days in Norway', () => {
  const holidays2026 = {
    'New Year': '2026-01-01',
    'Maundy Thursday': '2026-04-02',
    'Good Friday': '2026-04-03',
    'Easter Sunday': '2026-04-05',
    'Easter Monday': '2026-04-06',
    '1 May': '2026-05-01',
    'Ascension Day': '2026-05-14',
    '17 May': '2026-05-17',
    'Whit Sunday': '2026-05-24',
    'Whit Monday': '2026-05-25',
    'Christmas Day': '2026-12-25',
    'Second day of Christmas': '2026-12-26',
  };

  it('the public holidays of 2026, and no other', () => {
    expect([...publicHolidays(2026)].sort()).toEqual(Object.values(holidays2026));
  });

  it.each(Object.entries(holidays2026))('%s is none', (_name, day) => expect(isWorkingDay(day)).toBe(false));

  it.each([
    ['Christmas Eve', '2026-12-24'],
    ["New Year's Eve", '2026-12-31'],
    ['Wednesday before Easter', '2026-04-01'],
    ['6 February', '2026-02-06'],
  ])('%s is one', (_name, day) => expect(isWorkingDay(day)).toBe(true));

  it('after the last working day before Easter comes the Tuesday after it', () => {
    expect(nextWorkingDay('2026-04-01')).toBe('2026-04-01');
    expect(nextWorkingDay('2026-04-02')).toBe('2026-04-07');
  });

  it('two holidays on one day (17 May and Whit Monday 2027)', () => {
    expect(publicHolidays(2027).size).toBe(11);
    expect(nextWorkingDay('2027-05-15')).toBe('2027-05-18');
  });
});
