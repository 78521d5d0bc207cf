import type { Recorded } from '@hjemmel/kernel';
import { readModel } from '@hjemmel/projections/read-model';
import type {
  ActivityEntry,
  ActivityPartConfirmed,
  BalancingTest,
  InterestBalanced,
  ProcessingActivityDeclared,
  ProcessingActivityRetired,
  ProcessingActivityRevised,
} from '../events';

/** One version of an entry, with what happened to it while it stood: what is needed to say how it stood at any moment. */
export interface ActivityVersionRow {
  /** `C-1/2`: activity and version. */
  readonly id: string;
  readonly activityId: string;
  readonly version: number;
  /** As declared or revised; what was confirmed since is in {@link confirmations}. */
  readonly entry: ActivityEntry;
  readonly reason: string | null;
  readonly approvedBy: string;
  readonly approvedAs: string;
  readonly proposedBy: string | null;
  /** Instants at which the log recorded it and its successor; the first counts as in, the second as out. */
  readonly validFrom: string;
  readonly validUntil: string | null;
  /** Positions of the same events. */
  readonly fromPosition: bigint;
  readonly untilPosition: bigint | null;
  readonly retiredAt: string | null;
  readonly retiredPosition: bigint | null;
  readonly retiredBy: string | null;
  readonly retiredBecause: string | null;
  readonly confirmations: readonly Confirmation[];
  /** Tests of legitimate interests that were approved while it stood. */
  readonly balancings: readonly Balancing[];
}

export interface Balancing {
  readonly purposes: InterestBalanced['data']['purposes'];
  readonly test: BalancingTest;
  readonly approvedBy: string;
  readonly proposedBy: string | null;
  readonly at: string;
  readonly position: string;
}

export interface Confirmation {
  readonly part: string;
  readonly reason: string;
  readonly document: string;
  readonly confirmedBy: string;
  readonly at: string;
  /** Decimal, since JSON has no such numbers. */
  readonly position: string;
}

export const versionId = (activityId: string, version: number): string => `${activityId}/${version}`;

export const activityVersions = readModel<ActivityVersionRow>('activity-versions', {
  version: 2,
  table: 'activity_versions',
  key: 'id',
  columns: {
    id: 'text',
    activityId: 'text',
    version: 'integer',
    entry: 'jsonb',
    reason: 'text',
    approvedBy: 'text',
    approvedAs: 'text',
    proposedBy: 'text',
    validFrom: 'timestamptz',
    validUntil: 'timestamptz',
    fromPosition: 'bigint',
    untilPosition: 'bigint',
    retiredAt: 'timestamptz',
    retiredPosition: 'bigint',
    retiredBy: 'text',
    retiredBecause: 'text',
    confirmations: 'jsonb',
    balancings: 'jsonb',
  },
  indexes: [['activity_id', 'version'], ['valid_from']],
})
  .on<ProcessingActivityDeclared>(
    'ProcessingActivityDeclared',
    ({ event: { data } }) => versionId(data.activityId, data.version),
    (_, recorded, id) => begun(recorded, id, null),
  )
  .on<ProcessingActivityRevised>(
    'ProcessingActivityRevised',
    ({ event: { data } }) => [versionId(data.activityId, data.version - 1), versionId(data.activityId, data.version)],
    (row, recorded, id) => {
      const { activityId, version, reason } = recorded.event.data;
      if (id === versionId(activityId, version)) return begun(recorded, id, reason);
      return row && { ...row, validUntil: recorded.recordedAt.toISOString(), untilPosition: recorded.position };
    },
  )
  .on<ActivityPartConfirmed>(
    'ActivityPartConfirmed',
    ({ event: { data } }) => versionId(data.activityId, data.version),
    (row, { event: { data }, recordedAt, position }) =>
      row && {
        ...row,
        confirmations: [
          ...row.confirmations,
          {
            part: data.part,
            reason: data.reason,
            document: data.document,
            confirmedBy: data.confirmedBy.id,
            at: recordedAt.toISOString(),
            position: String(position),
          },
        ],
      },
  )
  .on<InterestBalanced>(
    'InterestBalanced',
    ({ event: { data } }) => versionId(data.activityId, data.version),
    (row, { event: { data }, recordedAt, position }) =>
      row && {
        ...row,
        balancings: [
          ...row.balancings,
          {
            purposes: data.purposes,
            test: data.test,
            approvedBy: data.approvedBy.id,
            proposedBy: data.proposedBy ?? null,
            at: recordedAt.toISOString(),
            position: String(position),
          },
        ],
      },
  )
  .on<ProcessingActivityRetired>(
    'ProcessingActivityRetired',
    ({ event: { data } }) => versionId(data.activityId, data.version),
    (row, { event: { data }, recordedAt, position }) =>
      row && {
        ...row,
        retiredAt: recordedAt.toISOString(),
        retiredPosition: position,
        retiredBy: data.approvedBy.id,
        retiredBecause: data.reason,
      },
  );

function begun(
  { event: { data }, recordedAt, position }: Recorded<ProcessingActivityDeclared | ProcessingActivityRevised>,
  id: string,
  reason: string | null,
): ActivityVersionRow {
  return {
    id,
    activityId: data.activityId,
    version: data.version,
    entry: data.entry,
    reason,
    approvedBy: data.approvedBy.id,
    approvedAs: data.approvedBy.role,
    proposedBy: data.proposedBy ?? null,
    validFrom: recordedAt.toISOString(),
    validUntil: null,
    fromPosition: position,
    untilPosition: null,
    retiredAt: null,
    retiredPosition: null,
    retiredBy: null,
    retiredBecause: null,
    confirmations: [],
    balancings: [],
  };
}
