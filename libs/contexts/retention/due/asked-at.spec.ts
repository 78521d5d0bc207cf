import { instantAsked } from './asked-at';

describe('what is asked about', () => {
  it.each([
    ['2030-01-01', '2030-01-01T22:59:59.999Z'],
    ['2030-07-01', '2030-07-01T21:59:59.999Z'],
    ['2030-01-01T00:00:00Z', '2030-01-01T00:00:00.000Z'],
    ['2030-01-01T00:00:00.5+01:00', '2029-12-31T23:00:00.500Z'],
  ])('%s is the end of the day in Oslo, or the instant itself', (asked, expected) => {
    expect(instantAsked(asked)?.toISOString()).toBe(expected);
  });
  it.each(['2030-02-30', '2030-02-30T10:00:00Z', '2030-13-01', '2030-01-01T00:00:00', '2030-01-01T25:00:00Z', 'tomorrow', '', '20300101'])(
    '%j is neither',
    (asked) => expect(instantAsked(asked)).toBeUndefined(),
  );
});
