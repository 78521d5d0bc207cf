import { addPeriod, Day, endOfDay, osloDay } from '@hjemmel/kernel/calendar';
import { LRUCache } from 'lru-cache';

/** Everybody's periods begin and end on a few thousand days: a calendar that is asked once for each looks at a person ten times as fast. */
const DAYS = 50_000;

function remembered(compute: (key: string) => string): (key: string) => string {
  const known = new LRUCache<string, string>({ max: DAYS });
  return (key) => {
    let value = known.get(key);
    if (value === undefined) known.set(key, (value = compute(key)));
    return value;
  };
}

/** The day in Oslo of an instant (ISO 8601). */
export const dayOf: (instant: string) => Day = remembered((instant) => osloDay(instant));

/** The last instant (ISO 8601, UTC) of a day in Oslo. */
export const lastInstantOf: (day: Day) => string = remembered((day) => new Date(Date.parse(endOfDay(day)) - 1).toISOString());

const ends = remembered((key) => {
  const [day, length] = key.split(' ') as [Day, string];
  return endOfDay(addPeriod(day, length));
});

/** The first instant (ISO 8601, UTC) after a period that an event on a day sets going (Regulation 1182/71 art. 3(1), (2)(c)). */
export const overAfter = (day: Day, length: string): string => ends(`${day} ${length}`);
