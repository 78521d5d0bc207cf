import { defaultCron, isCron, lastDue } from './last-due';

const began = new Date('2026-01-01T12:00:00.000Z');
const due = (now: string, cron = defaultCron): string | undefined => lastDue(cron, new Date(now), began);

describe('the run that is due by the schedule (promise P-67)', () => {
  it('is that of the last night, from the minute on, in Oslo’s time', () => {
    expect(due('2026-03-02T02:14:59.000Z')).toBe('2026-03-01');
    expect(due('2026-03-02T02:15:01.000Z')).toBe('2026-03-02');
    expect(due('2026-07-02T01:15:01.000Z')).toBe('2026-07-02'); // summer
  });

  it('comes once on the nights on which the clocks change', () => {
    const nights = ['2026-03-29T00:59:00.000Z', '2026-03-29T01:16:00.000Z', '2026-10-25T01:16:00.000Z', '2026-10-25T02:16:00.000Z'];
    expect(nights.map((now) => due(now))).toEqual(['2026-03-28', '2026-03-29', '2026-10-24', '2026-10-25']);
  });

  it('is still due when no worker was there for days: once, for the last of them', () => {
    expect(due('2026-05-20T20:00:00.000Z')).toBe('2026-05-20');
  });

  it('is none before the first night that the log has seen', () => {
    expect(due('2026-01-01T22:00:00.000Z')).toBeUndefined();
    expect(due('2026-01-02T02:16:00.000Z')).toBe('2026-01-02');
    expect(lastDue(defaultCron, new Date(), undefined)).toBeUndefined();
  });

  it('follows the operator’s own expression', () => {
    expect(due('2026-03-04T10:00:00.000Z', '0 4 * * 1')).toBe('2026-03-02'); // Mondays
    expect([defaultCron, '0 4 * * 1', 'soon', '61 3 * * *'].map(isCron)).toEqual([true, true, false, false]);
  });
});
