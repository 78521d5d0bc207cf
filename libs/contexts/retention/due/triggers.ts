import type { ActivityEntry, KnownRule } from '@hjemmel/contexts/processing-register/contract';
import { addPeriod, Day } from '@hjemmel/kernel/calendar';
import { dayOf, lastInstantOf } from './days';
import type { Held, HeldUse } from './held';

/** One activity that holds data of a person on one customer's account, and what it needs to be told when its periods began. */
export interface Account {
  readonly held: Held;
  readonly use: HeldUse;
  readonly entry: ActivityEntry;
  readonly customer: string | undefined;
  /** Of the retention class, where it is of one financial year. */
  readonly year: string | undefined;
  readonly rules: ReadonlyMap<string, KnownRule>;
}

/** Since when a period counts: the day of the event, and the instant, for what ends with it at once. */
export interface Beginning {
  readonly day: Day;
  readonly at: string;
}

/** What ends the keeping by happening; every other trigger only starts a period, and says nothing without a length (T-14). */
const ending: readonly string[] = ['withdrawn-or-objected', 'marketing-ended', 'session-ended', 'provider-deletes', 'service-ended'];
export const endsByItself = (trigger: string): boolean => ending.includes(trigger);

const renewals: readonly string[] = ['renewal', 'renewal-on-behalf'];
/** What is kept in the expectation of another order and for nothing else (promises P-69, P-70). */
export const isForRenewal = ({ purposes }: ActivityEntry): boolean => purposes.every((purpose) => renewals.includes(purpose));

/** When the period of a trigger began last; nothing where what starts it has not happened. */
export function begun(trigger: string, account: Account): Beginning | undefined {
  return latest([...said(trigger, account), ...(following[trigger]?.(account) ?? [])]);
}

type Instants = (account: Account) => readonly string[];

/** What the ledger says in so many words. */
const said = (trigger: string, { held, customer }: Account): readonly string[] =>
  held.periods
    .filter((period) => period.trigger === trigger && (period.customer === undefined || period.customer === customer))
    .map(({ since }) => since);

/** What follows from something else on the ledger. */
const following: Readonly<Record<string, Instants | undefined>> = {
  'contract-ended': ({ held, customer }) => {
    const theirs = held.relations.filter((relation) => relation.customer === customer);
    return theirs.every(({ endedAt }) => endedAt !== undefined) ? theirs.map(({ endedAt }) => endedAt!) : [];
  },
  // By the calendar, without anybody saying so: the financial year is the calendar's (bokføringsloven § 13).
  'end-of-financial-year': ({ use, year = dayOf(use.storedAt ?? use.usedAt).slice(0, 4) }) => [lastInstantOf(`${year}-12-31`)],
  'withdrawn-or-objected': (account) => endings(account),
  'last-use-or-withdrawal': ({ held, use }) => [use.usedAt, ...withdrawals(held).map(({ since }) => since)],
  'card-expired': (account) => (isForRenewal(account.entry) && said('card-expired', account).length === 0 ? latestExpiry(account) : []),
};

/** An HMS card lives as long as this rule says, at most. */
const cardLife = 'card-life';

/**
 * Keeping for a renewal is bounded also where nobody said when the card expired (promise P-69): a card lives for two years at most from its issue,
 * and where that was not recorded either, it is taken for issued on the day of the order.
 */
function latestExpiry(account: Account): readonly string[] {
  const length = account.rules.get(cardLife)?.rule.length;
  const issued = latest(said('card-issued', account))?.at ?? account.use.storedAt;
  return length === undefined || issued === undefined ? [] : [lastInstantOf(addPeriod(dayOf(issued), length))];
}

const withdrawals = (held: Held) => held.choices.filter(({ state }) => state === 'withdrawn');

/**
 * When the person ended what a consent or the absence of an objection carried: nothing while a consent to one of the purposes lives. An objection against direct
 * marketing ends it at once (GDPR art. 21(3)); against renewal any objection does, since opting out needs no reason there.
 */
function endings({ held, entry }: Account): readonly string[] {
  const concerns = ({ purpose }: { readonly purpose: string }): boolean => entry.purposes.some((own) => own === purpose);
  const against = held.objections.filter(concerns).filter(({ kind }) => kind === 'direct-marketing' || isForRenewal(entry));
  const lives = held.choices.some((choice) => concerns(choice) && choice.state === 'given');
  const withdrawn = lives ? [] : withdrawals(held).filter(concerns);
  return [...against, ...withdrawn].map(({ since }) => since);
}

/** When the person opted out of a renewal; an order after it in which one was expected again counts anew. */
export const optedOut = (account: Account): string | undefined =>
  endings(account)
    .filter((since) => account.use.storedAt === undefined || since >= account.use.storedAt)
    .sort()[0];

function latest(instants: readonly string[]): Beginning | undefined {
  if (instants.length === 0) return undefined;
  const at = instants.reduce((a, b) => (Date.parse(a) > Date.parse(b) ? a : b));
  return { day: dayOf(at), at };
}
