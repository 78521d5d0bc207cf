/**
 * A calendar to judge the other by: integer arithmetic on days since 1970, its own Easter, its own summer time (the rule of the
 * European Union since 1996). It shares no code and no library with what it judges.
 */
type Civil = readonly [year: number, month: number, day: number];

const isLeap = (y: number) => y % 4 === 0 && (y % 100 !== 0 || y % 400 === 0);
const lengthOf = (y: number, m: number) => (m === 2 ? (isLeap(y) ? 29 : 28) : [4, 6, 9, 11].includes(m) ? 30 : 31);

export function serial([year, month, day]: Civil): number {
  let days = day - 1;
  for (let m = 1; m < month; m++) days += lengthOf(year, m);
  return days + 365 * (year - 1970) + Math.floor((year - 1969) / 4) - Math.floor((year - 1901) / 100) + Math.floor((year - 1601) / 400);
}

export function civil(days: number): Civil {
  let year = 1970 + Math.floor(days / 366);
  while (serial([year + 1, 1, 1]) <= days) year++;
  let month = 1;
  while (month < 12 && serial([year, month + 1, 1]) <= days) month++;
  return [year, month, days - serial([year, month, 1]) + 1];
}

export const text = ([y, m, d]: Civil) => `${y}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`;

/** 0 is Sunday; 1 January 1970 was a Thursday. */
export const weekday = (days: number) => (((days + 4) % 7) + 7) % 7;

const lastSunday = (y: number, m: number) => {
  const last = serial([y, m, lengthOf(y, m)]);
  return last - weekday(last);
};

/** Central European time: one hour ahead, two from 01:00 UTC on March's last Sunday to 01:00 UTC on October's. */
export function dayInOslo(epochMs: number): number {
  const hours = epochMs / 3_600_000;
  const [year] = civil(Math.floor(hours / 24));
  const summer = hours >= lastSunday(year, 3) * 24 + 1 && hours < lastSunday(year, 10) * 24 + 1;
  return Math.floor((hours + (summer ? 2 : 1)) / 24);
}

/** Easter by the lunar tables' arithmetic (Meeus, Astronomical Algorithms, ch. 8). */
function easter(y: number): number {
  const a = y % 19;
  const b = Math.floor(y / 100);
  const c = y % 100;
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const n = h + l - 7 * Math.floor((a + 11 * h + 22 * l) / 451) + 114;
  return serial([y, Math.floor(n / 31), (n % 31) + 1]);
}

export function working(days: number): boolean {
  const [y, m, d] = civil(days);
  const movable = [-3, -2, 1, 39, 50].map((offset) => easter(y) + offset);
  const fixed = ['1-1', '5-1', '5-17', '12-25', '12-26'];
  return ![0, 6].includes(weekday(days)) && !movable.includes(days) && !fixed.includes(`${m}-${d}`);
}

export function monthsLater(days: number, months: number): number {
  const [y, m, d] = civil(days);
  const index = y * 12 + (m - 1) + months;
  const [year, month] = [Math.floor(index / 12), (index % 12) + 1];
  return serial([year, month, Math.min(d, lengthOf(year, month))]);
}

export function roll(days: number): number {
  while (!working(days)) days++;
  return days;
}

export function deadlines(epochMs: number) {
  const received = dayInOslo(epochMs);
  const law = monthsLater(received, 1);
  const extended = monthsLater(received, 3);
  return {
    receivedOn: received,
    promise: received + 30,
    law,
    due: Math.min(law, received + 30),
    rolled: roll(law),
    extended,
    extendedRolled: roll(extended),
    lastDayToExtend: law,
  };
}
