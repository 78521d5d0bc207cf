import { consentBasesFor } from '@hjemmel/admission';
import { categoriesOf } from '@hjemmel/admission/retention-classes';
import type { KnownRule } from '@hjemmel/contexts/processing-register/contract';
import type { Day } from '@hjemmel/kernel/calendar';
import { dayOf, overAfter } from './days';
import type { Held, HeldUse } from './held';
import type { KeepingNorms } from './norms';
import { Account, begun, endsByItself, isForRenewal, optedOut } from './triggers';

/**
 * `due`: nothing keeps it any more. `waiting-for-confirmation`: it would be due, but the length that decides is assumed, and nobody is erased under an
 * assumption. `kept`: until a day. `open`: what would start the period has not happened. `refused-no-length`: a rule needs a length and has none.
 * `no-rule`: no rule says how long, or no activity holds it (promise P-68: no rule, no storing).
 */
export const keepingStates = ['due', 'waiting-for-confirmation', 'kept', 'open', 'refused-no-length', 'no-rule'] as const;
export type KeepingState = (typeof keepingStates)[number];

/** How long one retention class of a person's data may be kept, and by what. */
export interface ClassStanding {
  readonly retentionClass: string;
  readonly state: KeepingState;
  /** The rule that decides, in which version, of which activity, on whose account. */
  readonly rule?: string;
  readonly ruleVersion?: number;
  readonly activity?: string;
  readonly customer?: string;
  /** What started the period, or has yet to. */
  readonly trigger?: string;
  /** Last day in Europe/Oslo on which it may be kept, and the first instant (ISO 8601, UTC) at which it may not. */
  readonly until?: Day;
  readonly overAt?: string;
  /** The length that decides is assumed. */
  readonly assumed?: true;
}

/**
 * How long each retention class may be kept that has a live key: until the latest of all activities, customers and rules that hold it is over (GDPR art. 5(1)(e)).
 * Pure: who replays the log comes to the same.
 */
export function standingsOf(held: Held, norms: KeepingNorms, at: Date): ClassStanding[] {
  const classes = [...new Set(held.keys.map(({ retentionClass }) => retentionClass))].sort();
  return classes.map((retentionClass) => ({ retentionClass, ...decided(keepersOf(retentionClass, held, norms), at) }));
}

/** One rule that holds a class, for one activity and customer. */
type Keeper = Omit<ClassStanding, 'retentionClass' | 'state' | 'until'> & { readonly lacks?: 'rule' | 'length' };

function decided(keepers: readonly Keeper[], at: Date): Omit<ClassStanding, 'retentionClass'> {
  const unruled = keepers.length === 0 ? {} : keepers.find(({ lacks }) => lacks === 'rule');
  if (unruled) return shown(unruled, 'no-rule');
  const endless = keepers.find(({ lacks }) => lacks === 'length');
  if (endless) return shown(endless, 'refused-no-length');
  const open = keepers.find(({ overAt }) => overAt === undefined);
  if (open) return shown(open, 'open');
  const last = keepers.reduce(longer);
  if (Date.parse(last.overAt!) > at.getTime()) return shown(last, 'kept');
  return shown(last, last.assumed ? 'waiting-for-confirmation' : 'due');
}

/** Of two that end together the assumed one decides: nothing goes under an assumption. */
function longer(a: Keeper, b: Keeper): Keeper {
  const [endOfA, endOfB] = [Date.parse(a.overAt!), Date.parse(b.overAt!)];
  return endOfB > endOfA || (endOfB === endOfA && b.assumed && !a.assumed) ? b : a;
}

function shown({ lacks: _, ...keeper }: Keeper, state: KeepingState): Omit<ClassStanding, 'retentionClass'> {
  const until = keeper.overAt !== undefined && { until: dayOf(new Date(Date.parse(keeper.overAt) - 1).toISOString()) };
  return { state, ...keeper, ...until };
}

function keepersOf(retentionClass: string, held: Held, norms: KeepingNorms): Keeper[] {
  const sealed = categoriesOf(retentionClass);
  const year = /-(\d{4})$/.exec(retentionClass)?.[1];
  return [...held.uses, ...consented(held, norms)].flatMap((use) => {
    const categories = use.categories.filter((category) => sealed.includes(category));
    if (categories.length === 0) return [];
    const activity = norms.activities.get(use.activity);
    if (!activity) return [{ activity: use.activity, lacks: 'rule' as const }];
    return accountsOf(use, held).flatMap((customer) =>
      keepersOn({ held, use, entry: activity.entry, customer, year, rules: norms.rules }, categories),
    );
  });
}

/** The customers on whose account it was stored; all that the person stands in relation to, where none was named. */
function accountsOf({ customer }: HeldUse, { relations }: Held): readonly (string | undefined)[] {
  if (customer !== undefined) return [customer];
  const all = [...new Set(relations.map((relation) => relation.customer))];
  return all.length > 0 ? all : [undefined];
}

/** A consent holds what the activities need that it carries, from its giving on and without a use (GDPR art. 6(1)(a)). */
function consented({ choices }: Held, { activities }: KeepingNorms): HeldUse[] {
  return choices
    .filter(({ state }) => state !== 'refused')
    .flatMap(({ purpose, since }) =>
      [...activities.values()]
        .filter(
          (activity) => !activity.retired && activity.entry.suspended === undefined && consentBasesFor(activity.entry, purpose).length > 0,
        )
        .map(({ activityId, entry }) => ({
          activity: activityId,
          categories: entry.categories.map(({ category }) => category),
          storedAt: since,
          usedAt: since,
        })),
    );
}

/** All rules of the activity that are for one of the categories; a category without any lacks one. */
function keepersOn(account: Account, categories: readonly string[]): Keeper[] {
  const { entry, use, customer } = account;
  const place = { activity: use.activity, ...(customer !== undefined && { customer }) };
  const ended = isForRenewal(entry) ? optedOut(account) : undefined;
  return categories.flatMap((category): Keeper[] => {
    const declared = entry.retention.filter((one) => one.categories === undefined || one.categories.includes(category));
    const keepers = declared.map(({ rule }) => {
      const known = account.rules.get(rule);
      return known ? { ...place, ...keeperOf(known, account, ended) } : { ...place, rule, lacks: 'rule' as const };
    });
    return keepers.length > 0 ? keepers : [{ ...place, lacks: 'rule' }];
  });
}

function keeperOf({ ruleId, version, rule }: KnownRule, account: Account, ended: string | undefined): Keeper {
  const { trigger, length } = rule;
  const named = { rule: ruleId, ruleVersion: version };
  // The person's own word, whatever the length: it waits for nobody's confirmation (promise P-69: opt-out at any time).
  if (ended !== undefined) return { ...named, trigger: 'opted-out', overAt: ended };
  const rest = { ...named, trigger, ...(!rule.confirmed && { assumed: true as const }) };
  if (length === undefined && !endsByItself(trigger)) return { ...rest, lacks: 'length' };
  const beginning = begun(trigger, account);
  if (!beginning) return rest;
  return { ...rest, overAt: length === undefined ? beginning.at : overAfter(beginning.day, length) };
}
