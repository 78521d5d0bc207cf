import {
  activityStreams,
  evolveActivity,
  evolveRule,
  KnownRule,
  ProcessingActivityEvent,
  RegisteredActivity,
  RetentionRuleEvent,
  retentionRuleStreams,
} from '@hjemmel/contexts/processing-register/contract';
import type { Recorded } from '@hjemmel/kernel';

/** What the end of the keeping follows from besides the person's ledger: the register and its rules. */
export interface KeepingNorms {
  readonly activities: ReadonlyMap<string, RegisteredActivity>;
  readonly rules: ReadonlyMap<string, KnownRule>;
}

export const noNorms: KeepingNorms = { activities: new Map(), rules: new Map() };

/** What the streams begin with from which {@link KeepingNorms} are folded. */
export const keepingNormStreams: readonly string[] = [activityStreams, retentionRuleStreams];

export function evolveNorms(norms: KeepingNorms, { stream, event }: Pick<Recorded, 'stream' | 'event'>): KeepingNorms {
  if (stream.startsWith(retentionRuleStreams)) {
    const change = event as RetentionRuleEvent;
    const rule = evolveRule(norms.rules.get(change.data.ruleId), change);
    return rule ? { ...norms, rules: new Map(norms.rules).set(rule.ruleId, rule) } : norms;
  }
  const change = event as ProcessingActivityEvent;
  const activity = evolveActivity(norms.activities.get(change.data.activityId), change);
  return activity ? { ...norms, activities: new Map(norms.activities).set(activity.activityId, activity) } : norms;
}
