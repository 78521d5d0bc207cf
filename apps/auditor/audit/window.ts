import { OperatorError } from '@hjemmel/host';
import { endOfDay, startOfDay } from '@hjemmel/kernel/calendar';

/** From `from` on, and before `until`; open where absent. */
export interface Window {
  readonly from?: Date;
  readonly until?: Date;
}

/**
 * What `--from` and `--until` say: instants with their offset, or days in Oslo, both of them whole.
 * @throws OperatorError where one is neither, or nothing lies between them
 */
export function windowOf({ from, until }: { readonly from?: string; readonly until?: string }): Window {
  const window = {
    ...(from !== undefined && { from: instantOf('--from', from, startOfDay) }),
    ...(until !== undefined && { until: instantOf('--until', until, endOfDay) }),
  };
  if (window.from && window.until && window.from >= window.until) throw new OperatorError('--from must lie before --until');
  return window;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

function instantOf(option: string, text: string, ofDay: (day: string) => string): Date {
  const instant = INSTANT.test(text) ? new Date(text) : DAY.test(text) ? dayOf(text, ofDay) : undefined;
  if (instant && !Number.isNaN(instant.getTime())) return instant;
  throw new OperatorError(`${option} must be an instant with its offset (2026-03-02T10:00:00Z) or a day (2026-03-02)`);
}

function dayOf(day: string, ofDay: (day: string) => string): Date | undefined {
  try {
    return new Date(ofDay(day));
  } catch (error) {
    if (error instanceof RangeError) return undefined; // 30 February
    throw error;
  }
}
