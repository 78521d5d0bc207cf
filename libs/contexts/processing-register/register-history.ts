import type { ActivityEntry } from './events';
import type { RetentionRule } from './retention/events';

/** A moment of the log: an instant, or a position up to and including which it is looked at. */
export type Moment = { readonly instant: Date } | { readonly position: bigint };

/** An activity as it stood at a moment: what was confirmed by then is not marked any more. */
export interface ActivityAt {
  readonly activityId: string;
  readonly version: number;
  readonly entry: ActivityEntry;
  readonly retired: boolean;
  /** Since when this version stands (ISO 8601, UTC), and who approved it. */
  readonly since: string;
  readonly approvedBy: string;
}

export interface RetentionRuleAt {
  readonly ruleId: string;
  readonly version: number;
  readonly rule: RetentionRule;
}

/** The register as it stood at any moment, without reading the log anew. */
export abstract class RegisterHistory {
  /** By id in the record's order; what was retired by then is among them. */
  abstract activitiesAt(moment: Moment): Promise<readonly ActivityAt[]>;
  abstract retentionRulesAt(moment: Moment): Promise<readonly RetentionRuleAt[]>;
}

/** `C-2` before `C-10`, and all of them before `D-1`. */
export function byRecordOrder(a: { readonly activityId: string }, b: { readonly activityId: string }): number {
  const [kind, number] = [a.activityId[0]!, Number(a.activityId.slice(2))];
  return kind === b.activityId[0] ? number - Number(b.activityId.slice(2)) : kind < b.activityId[0]! ? -1 : 1;
}
