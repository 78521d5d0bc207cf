import { endOfDay } from '@hjemmel/kernel/calendar';

/**
 * The instant that somebody asks about: one with its offset (`2030-01-01T00:00:00Z`), or a day in Europe/Oslo (`2030-01-01`), which stands for all that
 * is over by the end of it.
 * @returns undefined where it is neither
 */
export function instantAsked(text: string): Date | undefined {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return dayAsked(text);
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(text)) return undefined;
  const instant = new Date(text);
  return Number.isNaN(instant.getTime()) || dayAsked(text.slice(0, 10)) === undefined ? undefined : instant;
}

function dayAsked(day: string): Date | undefined {
  try {
    return new Date(Date.parse(endOfDay(day)) - 1);
  } catch (error) {
    if (error instanceof RangeError) return undefined; // a day that no month has
    throw error;
  }
}
