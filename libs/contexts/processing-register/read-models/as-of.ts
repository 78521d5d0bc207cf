import type { ActivityAt, Moment, RetentionRuleAt } from '../register-history';
import { withBalancing, withConfirmed } from '../state';
import type { ActivityVersionRow } from './activity-versions.read-model';
import type { RetentionRuleRow } from './retention-rules.read-model';

/** Whether something that the log holds since then was there at the moment. */
export const by = (moment: Moment, at: string | null, position: bigint | string | null): boolean =>
  at !== null && position !== null && ('position' in moment ? BigInt(position) <= moment.position : new Date(at) <= moment.instant);

/** Whether a row was the one that stood at the moment. */
export const stood = (
  moment: Moment,
  row: Pick<ActivityVersionRow, 'validFrom' | 'validUntil' | 'fromPosition' | 'untilPosition'>,
): boolean => by(moment, row.validFrom, row.fromPosition) && !by(moment, row.validUntil, row.untilPosition);

export function activityAt(moment: Moment, row: ActivityVersionRow): ActivityAt {
  // Independent of each other: a test that was approved takes its own mark away.
  const tested = row.balancings.filter(({ at, position }) => by(moment, at, position)).reduce(withBalancing, row.entry);
  const confirmed = row.confirmations.filter(({ at, position }) => by(moment, at, position));
  return {
    activityId: row.activityId,
    version: row.version,
    entry: confirmed.reduce((entry, { part }) => withConfirmed(entry, part), tested),
    retired: by(moment, row.retiredAt, row.retiredPosition),
    since: row.validFrom,
    approvedBy: row.approvedBy,
  };
}

export const retentionRuleAt = (moment: Moment, row: RetentionRuleRow): RetentionRuleAt => ({
  ruleId: row.ruleId,
  version: row.version,
  rule: by(moment, row.confirmedAt, row.confirmedPosition) ? { ...row.rule, confirmed: true } : row.rule,
});
