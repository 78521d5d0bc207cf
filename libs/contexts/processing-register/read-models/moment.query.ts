import { ApiPropertyOptional } from '@nestjs/swagger';
import { AfterQuery, isInstant, LogPosition, Omittable, stringThat } from '@hjemmel/http';
import { Fault, Problem } from '@hjemmel/kernel';
import { endOfDay } from '@hjemmel/kernel/calendar';
import type { Moment } from '../register-history';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** `?at=` or `?position=`: as of when a question is answered; now where both are absent. */
export class MomentQuery extends AfterQuery {
  @ApiPropertyOptional({
    example: '2026-11-30',
    description: 'As of this instant (ISO 8601 with offset), or of the end of this day in Europe/Oslo; now where absent',
  })
  @Omittable()
  @stringThat('moment', 'must be an instant with its offset, or a day', false, isMoment)
  at?: string;

  @ApiPropertyOptional({ description: 'As of this position of the log instead' })
  @Omittable()
  @LogPosition()
  position?: string;
}

function isMoment(text: string): boolean {
  if (isInstant(text)) return true;
  return DAY.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);
}

/**
 * @returns the moment asked for, and the same as an instant for what is not versioned by position
 * @throws Problem 422 for both at once, or for what nobody can know yet
 */
export function momentOf({ at, position }: MomentQuery, now: Date): { readonly moment: Moment; readonly instant: Date } {
  if (at !== undefined && position !== undefined)
    throw invalid({ pointer: '/position', rule: 'at-or-position', detail: 'is given beside an instant' });
  if (position !== undefined) return { moment: { position: BigInt(position) }, instant: now };
  if (at === undefined) return { moment: { instant: now }, instant: now };
  // The last instant of the day: what begins with the next one does not stand on this one.
  const asked = DAY.test(at) ? new Date(Date.parse(endOfDay(at)) - 1) : new Date(at);
  const isToday = DAY.test(at) && asked > now && Date.parse(endOfDay(at)) - now.getTime() <= 25 * 3_600_000;
  if (asked > now && !isToday) throw invalid({ pointer: '/at', rule: 'in-the-future', detail: 'lies in the future' });
  const instant = isToday ? now : asked;
  return { moment: { instant }, instant };
}

const invalid = (fault: Fault): Problem =>
  new Problem({ type: '/problems/invalid-values', title: 'Some values are not valid', status: 422, errors: [fault] });
