import { parseExpression } from 'cron-parser';
import { Day, osloDay } from '@hjemmel/kernel/calendar';

/** A quarter past three at night in Oslo: nobody works, and the hour is there once on the nights on which the clocks change. */
export const defaultCron = '15 3 * * *';

const zone = 'Europe/Oslo';

export const isCron = (text: string): boolean => {
  try {
    parseExpression(text, { tz: zone });
    return true;
  } catch {
    return false;
  }
};

/**
 * The run that should have begun last by the schedule: nothing before the first night that the log has seen. It follows from clock and log alone, so that a job
 * that was lost, or a night on which no worker was there, is found at the next look.
 * @param cron five fields, in Europe/Oslo
 * @param began when the log's first event was recorded
 */
export function lastDue(cron: string, now: Date, began: Date | undefined): Day | undefined {
  if (!began) return undefined;
  const due = parseExpression(cron, { tz: zone, currentDate: now }).prev().toDate();
  return due > began ? osloDay(due) : undefined;
}
