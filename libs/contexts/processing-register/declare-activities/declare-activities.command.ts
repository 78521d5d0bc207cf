import type { Actor } from '@hjemmel/kernel';
import { dataCatalogue } from '../catalogue';
import { consentPurposes, wordingsFor } from '../consent-wordings/consent-wordings';
import type { DeclareActivity, KnownParts } from '../decider';
import type { ActivityEntry } from '../events';

/**
 * What entries may refer to: the statement's sections and the retention rules as they stand, and the data catalogue.
 * @param policySections anchors of the statement in force
 * @param retentionRules ids of the rules that are set
 */
export const knownParts = (policySections: readonly string[], retentionRules: readonly string[]): KnownParts => ({
  policySections,
  retentionRules,
  fields: Object.fromEntries(Object.entries(dataCatalogue).map(([category, { fields }]) => [category, fields])),
  wordings: Object.fromEntries(consentPurposes.map((purpose) => [purpose, wordingsFor(purpose)])),
});

/** One command for each entry, since each activity has its own stream; in the order given. */
export const declareActivities = (
  entries: Readonly<Record<string, ActivityEntry>>,
  known: KnownParts,
  approvedBy: Actor,
): readonly DeclareActivity[] =>
  Object.entries(entries).map(([activityId, entry]) => ({ type: 'DeclareActivity', activityId, entry, known, approvedBy }));
