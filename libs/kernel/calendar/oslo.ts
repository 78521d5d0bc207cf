import { Temporal } from 'temporal-polyfill';

/** A calendar day in Europe/Oslo, `YYYY-MM-DD`. */
export type Day = string;

const zone = 'Europe/Oslo';

/**
 * The calendar day in Europe/Oslo on which an instant falls.
 * @param instant a `Date`, or an instant as text with its offset (`2026-03-28T23:30:00Z`)
 * @throws RangeError where it is no instant (an invalid `Date`, a text without offset)
 */
export function osloDay(instant: Date | string): Day {
  const at = toInstant(instant);
  // Norway keeps whole hours from UTC, so a day never changes within one; and most questions are about the present hour.
  const hour = Math.floor(at.epochMilliseconds / 3_600_000);
  if (hour !== latest.hour) latest = { hour, day: at.toZonedDateTimeISO(zone).toPlainDate().toString() };
  return latest.day;
}

let latest: { readonly hour: number; readonly day: Day } = { hour: NaN, day: '' };

/**
 * The instant (ISO 8601, UTC) at which a day in Europe/Oslo begins: 23:00 UTC of the day before in winter, 22:00 in summer.
 * @throws RangeError where `day` is no date
 */
export const startOfDay = (day: Day): string => toUtc(parseDay(day));

/**
 * The instant (ISO 8601, UTC) at which a day in Europe/Oslo is over, that is, at which the next one begins: what happens before it is
 * in time, what happens at it is late.
 * @throws RangeError where `day` is no date
 */
export const endOfDay = (day: Day): string => toUtc(parseDay(day).add({ days: 1 }));

/** @throws RangeError where it is not a date of the form `YYYY-MM-DD` */
export function parseDay(day: Day): Temporal.PlainDate {
  // PlainDate.from alone would also take `20260131` and dates with a time behind them.
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) throw new RangeError('a day is written YYYY-MM-DD');
  return Temporal.PlainDate.from(day, { overflow: 'reject' });
}

const toUtc = (date: Temporal.PlainDate): string => new Date(date.toZonedDateTime(zone).epochMilliseconds).toISOString();

const toInstant = (instant: Date | string): Temporal.Instant =>
  typeof instant === 'string' ? Temporal.Instant.from(instant) : Temporal.Instant.fromEpochMilliseconds(instant.getTime());
