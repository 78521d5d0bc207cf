import type { Activity } from '@hjemmel/admission';
import type { ActivityEntry, ProcessingActivityEvent } from './events';

/** An activity as its own stream tells it. */
export interface RegisteredActivity {
  readonly activityId: string;
  readonly version: number;
  readonly entry: ActivityEntry;
  readonly retired: boolean;
}

/** Nothing where it was never declared. */
export type ActivityState = RegisteredActivity | undefined;

export function evolve(state: ActivityState, { type, data }: ProcessingActivityEvent): ActivityState {
  const { activityId, version } = data;
  switch (type) {
    case 'ProcessingActivityDeclared':
    case 'ProcessingActivityRevised':
      return { activityId, version, entry: data.entry, retired: false };
    case 'ProcessingActivityRetired':
      return state && { ...state, version, retired: true };
    case 'ActivityPartConfirmed':
      return state && { ...state, entry: withConfirmed(state.entry, data.part) };
  }
}

/** What was confirmed is not marked any more; a later revision may mark it again, and then it waits for a person again. */
export const withConfirmed = (entry: ActivityEntry, part: string): ActivityEntry => ({
  ...entry,
  unconfirmed: entry.unconfirmed.filter((marked) => marked !== part),
});

/** The entry as far as admission needs it. What is suspended admits nothing, as if it were retired. */
export const activityOf = ({ activityId, version, entry, retired }: RegisteredActivity): Activity => ({
  id: activityId,
  version,
  role: entry.role,
  purposes: entry.purposes,
  legalBases: entry.legalBases,
  categories: entry.categories,
  retired: retired || entry.suspended !== undefined,
});

/** The whole register by activity, from the events of all its streams in the order of the log. */
export function entriesFrom(events: Iterable<ProcessingActivityEvent>): ReadonlyMap<string, RegisteredActivity> {
  const entries = new Map<string, RegisteredActivity>();
  for (const event of events) {
    const next = evolve(entries.get(event.data.activityId), event);
    if (next) entries.set(event.data.activityId, next);
  }
  return entries;
}

/** The register as admission asks it, from the events of all its streams in the order of the log. */
export const registerFrom = (events: Iterable<ProcessingActivityEvent>): Map<string, Activity> =>
  new Map([...entriesFrom(events)].map(([id, registered]) => [id, activityOf(registered)]));
