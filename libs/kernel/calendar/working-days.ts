import { createRequire } from 'node:module';
import { Day, parseDay } from './oslo';

type Holidays = typeof import('date-holidays').default;

const load = createRequire(__filename);
let norway: InstanceType<Holidays> | undefined;
const holidaysByYear = new Map<number, ReadonlySet<Day>>();

/**
 * Public holidays of Norway in a year: New Year's Day, Maundy Thursday, Good Friday, Easter Sunday and Monday, 1 and 17 May, Ascension
 * Day, Whit Sunday and Monday, 25 and 26 December (lov om helligdager og helligdagsfred § 2, lov om 1. og 17. mai som høgtidsdagar).
 * The eves on which banks close early are working days.
 */
export function publicHolidays(year: number): ReadonlySet<Day> {
  let days = holidaysByYear.get(year);
  if (!days) {
    // The library carries the calendars of all countries (0.1 s and 20 MB): a process that computes no deadline does not load it.
    norway ??= new (load('date-holidays') as Holidays)('NO', { types: ['public'] });
    days = new Set(norway.getHolidays(year).map(({ date }) => date.slice(0, 10)));
    holidaysByYear.set(year, days);
  }
  return days;
}

/**
 * Working days are all but Saturdays, Sundays and public holidays (Regulation (EEC, Euratom) 1182/71 art. 2).
 * @throws RangeError where `day` is no date
 */
export function isWorkingDay(day: Day): boolean {
  const date = parseDay(day);
  return date.dayOfWeek <= 5 && !publicHolidays(date.year).has(day);
}

/**
 * The day itself where it is a working day, else the next one: with it ends a period whose last day is none (Regulation 1182/71 art. 3(4)).
 * @throws RangeError where `day` is no date
 */
export function nextWorkingDay(day: Day): Day {
  let date = parseDay(day);
  while (!isWorkingDay(date.toString())) date = date.add({ days: 1 });
  return date.toString();
}
