import { Temporal } from 'temporal-polyfill';
import { Day, endOfDay, osloDay, parseDay } from './oslo';
import { nextWorkingDay } from './working-days';

/** All days in Europe/Oslo. */
export interface RightsRequestDeadlines {
  readonly receivedOn: Day;
  /** What the privacy statement promises for answers: thirty days from receipt. */
  readonly promise: Day;
  /** What the law allows: one month from receipt (GDPR art. 12(3)). */
  readonly law: Day;
  /** The earlier of the two. For receipts from 30 January to 28 February the promise is later than the law. */
  readonly due: Day;
  /** The instant (ISO 8601, UTC) at which the due day is over: an answer before it is in time. */
  readonly dueInstant: string;
  /** Outer limit: `law`, or the working day after it (Regulation 1182/71 art. 3(4)). Whether it may be relied on in Norway is not settled. */
  readonly rolled: Day;
  /** Three months from receipt: one, and the two by which it may be extended for complexity or number (GDPR art. 12(3)). */
  readonly extended: Day;
  readonly extendedRolled: Day;
  /** The last day on which the person can be told of an extension and its reasons: within the first month, unrolled. */
  readonly lastDayToExtend: Day;
}

const promisedDays = 30;

/**
 * Deadlines of a request under GDPR art. 15–22, counted from the day in Europe/Oslo on which it reached any channel.
 * @param receivedAt the instant of receipt: a `Date`, or text with an offset
 * @throws RangeError where it is no instant
 */
export function rightsRequestDeadlines(receivedAt: Date | string): RightsRequestDeadlines {
  const receivedOn = osloDay(receivedAt);
  const promise = addDays(receivedOn, promisedDays);
  const law = addMonths(receivedOn, 1);
  const due = promise < law ? promise : law;
  const extended = addMonths(receivedOn, 3);
  return {
    receivedOn,
    promise,
    law,
    due,
    dueInstant: endOfDay(due),
    rolled: nextWorkingDay(law),
    extended,
    extendedRolled: nextWorkingDay(extended),
    lastDayToExtend: law,
  };
}

/**
 * End of a period of months that an event on `day` sets going: the day of the same number in the last month, or that month's last day where it
 * has none (Regulation 1182/71 art. 3(1), 3(2)(c)). Not rolled to a working day.
 * @throws RangeError where `day` is no date
 */
export const addMonths = (day: Day, months: number): Day => parseDay(day).add({ months }, { overflow: 'constrain' }).toString();

/**
 * End of a period of days; the day of the event is not counted (Regulation 1182/71 art. 3(1)).
 * @throws RangeError where `day` is no date
 */
export const addDays = (day: Day, days: number): Day => parseDay(day).add({ days }).toString();

/**
 * End of a period of years, months, weeks and days, as {@link addMonths} and {@link addDays} end theirs.
 * @param period ISO 8601 duration without hours, for example `P3Y6M`
 * @throws RangeError where `day` is no date or `period` no such duration
 */
export function addPeriod(day: Day, period: string): Day {
  if (!/^P(?=\d)(?:\d{1,3}Y)?(?:\d{1,4}M)?(?:\d{1,4}W)?(?:\d{1,5}D)?$/.test(period)) throw new RangeError('a period is written as P3Y6M');
  return parseDay(day).add(Temporal.Duration.from(period), { overflow: 'constrain' }).toString();
}
