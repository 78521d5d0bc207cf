import { readModel } from '@hjemmel/projections/read-model';
import type { RetentionRule, RetentionRuleConfirmed, RetentionRuleSet } from '../retention/events';

/** One version of a retention rule, with its confirmation where it has one. */
export interface RetentionRuleRow {
  /** `order-3y/1`: rule and version. */
  readonly id: string;
  readonly ruleId: string;
  readonly version: number;
  readonly rule: RetentionRule;
  readonly reason: string;
  readonly approvedBy: string;
  readonly approvedAs: string;
  readonly validFrom: string;
  readonly validUntil: string | null;
  readonly fromPosition: bigint;
  readonly untilPosition: bigint | null;
  readonly confirmedAt: string | null;
  readonly confirmedPosition: bigint | null;
  readonly confirmedBy: string | null;
  readonly document: string | null;
}

const versionId = (ruleId: string, version: number): string => `${ruleId}/${version}`;

export const retentionRuleVersions = readModel<RetentionRuleRow>('retention-rule-versions', {
  version: 1,
  table: 'retention_rule_versions',
  key: 'id',
  columns: {
    id: 'text',
    ruleId: 'text',
    version: 'integer',
    rule: 'jsonb',
    reason: 'text',
    approvedBy: 'text',
    approvedAs: 'text',
    validFrom: 'timestamptz',
    validUntil: 'timestamptz',
    fromPosition: 'bigint',
    untilPosition: 'bigint',
    confirmedAt: 'timestamptz',
    confirmedPosition: 'bigint',
    confirmedBy: 'text',
    document: 'text',
  },
  indexes: [['rule_id', 'version']],
})
  .on<RetentionRuleSet>(
    'RetentionRuleSet',
    ({ event: { data } }) =>
      data.version === 1 ? versionId(data.ruleId, 1) : [versionId(data.ruleId, data.version - 1), versionId(data.ruleId, data.version)],
    (row, { event: { data }, recordedAt, position }, id) =>
      id === versionId(data.ruleId, data.version)
        ? {
            id,
            ruleId: data.ruleId,
            version: data.version,
            rule: data.rule,
            reason: data.reason,
            approvedBy: data.approvedBy.id,
            approvedAs: data.approvedBy.role,
            validFrom: recordedAt.toISOString(),
            validUntil: null,
            fromPosition: position,
            untilPosition: null,
            confirmedAt: null,
            confirmedPosition: null,
            confirmedBy: null,
            document: null,
          }
        : row && { ...row, validUntil: recordedAt.toISOString(), untilPosition: position },
  )
  .on<RetentionRuleConfirmed>(
    'RetentionRuleConfirmed',
    ({ event: { data } }) => versionId(data.ruleId, data.version),
    (row, { event: { data }, recordedAt, position }) =>
      row && {
        ...row,
        confirmedAt: recordedAt.toISOString(),
        confirmedPosition: position,
        confirmedBy: data.confirmedBy.id,
        document: data.document,
      },
  );
