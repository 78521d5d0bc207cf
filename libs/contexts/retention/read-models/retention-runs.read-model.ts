import type { Recorded } from '@hjemmel/kernel';
import { readModel } from '@hjemmel/projections/read-model';
import type {
  RetentionDealtWith,
  RetentionRunCompleted,
  RetentionRunRequested,
  RetentionRunStarted,
  RunCounts,
  Unsettled,
} from '../run/events';

/** One run of the retention, as it stands. */
export interface RetentionRunRow {
  readonly runId: string;
  readonly status: 'requested' | 'running' | 'completed';
  readonly dryRun: boolean;
  /** Who asked for it, and as what; `retention` by schedule. */
  readonly actor: string;
  readonly role: string;
  /** When it was asked for or began. */
  readonly since: string;
  /** What was over at this instant was due. */
  readonly at: string | null;
  readonly rules: RetentionRunStarted['data']['rules'];
  readonly dealtWith: number;
  readonly completedAt: string | null;
  readonly counts: (RunCounts & Unsettled) | null;
  readonly position: bigint;
}

const ofRun = ({ event }: Recorded<{ type: string; data: { runId: string } }>): string => event.data.runId;

export const retentionRuns = readModel<RetentionRunRow>('retention-runs', {
  version: 1,
  table: 'retention_runs',
  key: 'runId',
  columns: {
    runId: 'text',
    status: 'text',
    dryRun: 'boolean',
    actor: 'text',
    role: 'text',
    since: 'timestamptz',
    at: 'timestamptz',
    rules: 'jsonb',
    dealtWith: 'integer',
    completedAt: 'timestamptz',
    counts: 'jsonb',
    position: 'bigint',
  },
  indexes: [
    ['since desc', 'run_id desc'],
    ['status', 'run_id'],
  ],
})
  .on<RetentionRunRequested>('RetentionRunRequested', ofRun, (_, recorded) => ({
    ...begun(recorded),
    status: 'requested',
    dryRun: recorded.event.data.dryRun,
    since: recorded.event.data.requestedAt,
  }))
  .on<RetentionRunStarted>('RetentionRunStarted', ofRun, (row, recorded) => {
    const { dryRun, at, rules } = recorded.event.data;
    return { ...(row ?? { ...begun(recorded), since: at }), status: 'running', dryRun, at, rules };
  })
  .on<RetentionDealtWith>(
    'RetentionDealtWith',
    ofRun,
    (row, { event }) => row && { ...row, dealtWith: row.dealtWith + event.data.outcomes.length },
  )
  .on<RetentionRunCompleted>('RetentionRunCompleted', ofRun, (row, { event: { data } }) => {
    const { due, deleted, deferred, failed, waiting, refused, unruled, completedAt } = data;
    return row && { ...row, status: 'completed', completedAt, counts: { due, deleted, deferred, failed, waiting, refused, unruled } };
  });

type Begun = Omit<RetentionRunRow, 'status' | 'dryRun' | 'since'>;

const begun = ({ event, metadata, position }: Recorded<RetentionRunRequested | RetentionRunStarted>): Begun => ({
  runId: event.data.runId,
  actor: metadata.actor.id,
  role: metadata.actor.role,
  at: null,
  rules: [],
  dealtWith: 0,
  completedAt: null,
  counts: null,
  position,
});
