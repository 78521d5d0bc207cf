import { addPeriod, osloDay } from '@hjemmel/kernel/calendar';
import type { Activity, KeepingRule, RequestedUse, Standing } from './types';

/**
 * Whether a period of calendar time that began at `since` is over at `at`: it ends with the end of its last day in Oslo (Regulation 1182/71
 * art. 3(2)(c)). A period without a length is over at once.
 * @param since instant (ISO 8601, UTC)
 */
export function isOver(since: string, length: string | undefined, at: Date): boolean {
  if (length === undefined) return Date.parse(since) <= at.getTime();
  return osloDay(at) > addPeriod(osloDay(new Date(since)), length);
}

/**
 * Whether one of the categories asked for may not be kept any more (GDPR art. 5(1)(e)): all rules that are for it have begun, and are
 * over, towards the customer on whose account it is asked, or towards every customer where none is named.
 */
export function keptTooLong(activity: Activity, standing: Standing, use: RequestedUse, at: Date): boolean {
  if (standing.periods.length === 0) return false; // most people, on the path of every use
  const customers = standing.relations.map(({ customer }) => customer);
  const accounts = use.customer !== undefined ? [use.customer] : customers.length > 0 ? customers : [undefined];
  return use.categories.some((category) => {
    const rules = activity.retention.filter(({ categories }) => categories === undefined || categories.includes(category));
    return rules.length > 0 && rules.every((rule) => accounts.every((account) => ruleIsOver(rule, standing, account, at)));
  });
}

function ruleIsOver({ trigger, length }: KeepingRule, { periods }: Standing, account: string | undefined, at: Date): boolean {
  const begun = periods.filter((period) => period.trigger === trigger && (period.customer === undefined || period.customer === account));
  // What happened last starts the period anew: a card that is issued again, an order after the last one.
  return begun.length > 0 && begun.every(({ since }) => isOver(since, length, at));
}
