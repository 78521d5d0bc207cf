import type { ActivityEntry } from '@hjemmel/contexts/processing-register/contract';
import type { CoveredPart } from './events';

interface Declared {
  readonly activityId: string;
  readonly entry: ActivityEntry;
  readonly retired: boolean;
}

const carriedOut = (activities: readonly Declared[]) => activities.filter(({ entry, retired }) => !retired && !entry.suspended);

/**
 * What people must be told that the company does with their data: purposes, recipients, categories and legal bases, by activity. What
 * is suspended is not done; switching it on is an addition.
 */
export const coverageOf = (activities: readonly Declared[]): readonly CoveredPart[] => [
  ...new Set(
    carriedOut(activities).flatMap(({ activityId, entry }): CoveredPart[] => [
      ...entry.purposes.map((purpose) => `purpose:${activityId}:${purpose}` as const),
      ...entry.recipients.filter(({ suspended }) => suspended === undefined).map(({ id }) => `recipient:${activityId}:${id}` as const),
      ...entry.categories.map(({ category }) => `category:${activityId}:${category}` as const),
      ...entry.legalBases.map(({ code, statute }) => `basis:${activityId}:${statute === undefined ? code : `${code} ${statute}`}` as const),
    ]),
  ),
];

/** Sections that what is carried out refers to. */
export const sectionsNeeded = (activities: readonly Declared[]): readonly string[] => [
  ...new Set(carriedOut(activities).flatMap(({ entry }) => entry.policySections)),
];
