import type { Activity, KeepingRule } from '@hjemmel/admission';
import type { Actor } from '@hjemmel/kernel';
import type { ActivityEntry, DeclaredRetention, InterestBalanced, ProcessingActivityEvent } from './events';
import type { RetentionRule } from './retention/events';

/** An activity as its own stream tells it. */
export interface RegisteredActivity {
  readonly activityId: string;
  readonly version: number;
  readonly entry: ActivityEntry;
  readonly retired: boolean;
  /** Who approved the version that stands. */
  readonly approvedBy: Actor;
}

/** Nothing where it was never declared. */
export type ActivityState = RegisteredActivity | undefined;

export function evolve(state: ActivityState, { type, data }: ProcessingActivityEvent): ActivityState {
  const { activityId, version } = data;
  switch (type) {
    case 'ProcessingActivityDeclared':
    case 'ProcessingActivityRevised':
      return { activityId, version, entry: data.entry, retired: false, approvedBy: data.approvedBy };
    case 'ProcessingActivityRetired':
      return state && { ...state, version, retired: true };
    case 'ActivityPartConfirmed':
      return state && { ...state, entry: withConfirmed(state.entry, data.part) };
    case 'InterestBalanced':
      return state && { ...state, entry: withBalancing(state.entry, data) };
  }
}

/** What was confirmed is not marked any more; a later revision may mark it again, and then it waits for a person again. */
export const withConfirmed = (entry: ActivityEntry, part: string): ActivityEntry => ({
  ...entry,
  unconfirmed: entry.unconfirmed.filter((marked) => marked !== part),
});

/** A test that a person approved is not assumed any more. */
export const withBalancing = (
  entry: ActivityEntry,
  { purposes, test }: Pick<InterestBalanced['data'], 'purposes' | 'test'>,
): ActivityEntry => ({
  ...entry,
  legalBases: entry.legalBases.map((basis) =>
    basis.code === '6(1)(f)' && (basis.purposes ?? entry.purposes).every((purpose) => purposes.includes(purpose))
      ? { ...basis, balancing: test }
      : basis,
  ),
  unconfirmed: entry.unconfirmed.filter((part) => !purposes.some((purpose) => part === `balancing:${purpose}`)),
});

/** Lengths of the retention rules as they stand, by id. */
export type RetentionRules = ReadonlyMap<string, Pick<RetentionRule, 'trigger' | 'length'>>;

/** The entry as far as admission needs it. What is suspended admits nothing, as if it were retired. */
export const activityOf = ({ activityId, version, entry, retired }: RegisteredActivity, rules: RetentionRules): Activity => ({
  id: activityId,
  version,
  role: entry.role,
  purposes: entry.purposes,
  legalBases: entry.legalBases,
  categories: entry.categories,
  recipients: entry.recipients.map(({ id, location, storage = location, fields = [], suspended }) => ({
    id,
    location,
    storage,
    fields,
    ...(suspended !== undefined && { suspended }),
  })),
  retention: entry.retention.flatMap((declared) => keepingRule(declared, rules)),
  ...(entry.secureIdentification !== undefined && { secureIdentification: { purposes: entry.identifies ?? [] } }),
  ...(entry.outlivesAgreement && { outlivesAgreement: true as const }),
  retired: retired || entry.suspended !== undefined,
});

/** A rule that nobody has set limits nothing yet; the register takes no entry that names one. */
function keepingRule({ rule, categories }: DeclaredRetention, rules: RetentionRules): KeepingRule[] {
  const set = rules.get(rule);
  if (!set) return [];
  const { trigger, length } = set;
  return [{ rule, trigger, ...(length !== undefined && { length }), ...(categories && { categories }) }];
}

/** The whole register by activity, from the events of all its streams in the order of the log. */
export function entriesFrom(events: Iterable<ProcessingActivityEvent>): ReadonlyMap<string, RegisteredActivity> {
  const entries = new Map<string, RegisteredActivity>();
  for (const event of events) {
    const next = evolve(entries.get(event.data.activityId), event);
    if (next) entries.set(event.data.activityId, next);
  }
  return entries;
}

/** The register as admission asks it. */
export const registerOf = (entries: ReadonlyMap<string, RegisteredActivity>, rules: RetentionRules): ReadonlyMap<string, Activity> =>
  new Map([...entries].map(([id, registered]) => [id, activityOf(registered, rules)]));
