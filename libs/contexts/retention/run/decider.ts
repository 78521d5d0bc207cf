import { decider, refuse } from '@hjemmel/kernel';
import type { DueItem, RetentionDealtWith, RetentionRunEvent, RetentionRunStarted, Unsettled } from './events';
import { retentionRunStream } from './events';
import { evolveRun, noRun, RetentionRun } from './state';

interface OnRun {
  readonly runId: string;
}

export interface RequestRun extends OnRun {
  readonly type: 'RequestRun';
  readonly commandId: string;
  readonly dryRun: boolean;
  readonly at: Date;
}
export interface StartRun extends OnRun {
  readonly type: 'StartRun';
  readonly rules: RetentionRunStarted['data']['rules'];
  readonly knownUpTo: string;
  readonly at: Date;
}
export interface RecordDue extends OnRun {
  readonly type: 'RecordDue';
  /** Counts from 1: a batch that is there already was recorded by who went before. */
  readonly batch: number;
  readonly items: readonly DueItem[];
}
export interface RecordDealtWith extends OnRun {
  readonly type: 'RecordDealtWith';
  readonly batch: number;
  readonly outcomes: RetentionDealtWith['data']['outcomes'];
}
export interface CompleteRun extends OnRun {
  readonly type: 'CompleteRun';
  readonly unsettled: Unsettled;
  readonly at: Date;
}

export type RunCommand = RequestRun | StartRun | RecordDue | RecordDealtWith | CompleteRun;
export type RunRefusal = 'run-exists' | 'not-running' | 'batch-open' | 'not-all-dealt-with';

/** One run of the retention: what is due is said first, then dealt with, batch by batch; whoever takes it up after a crash goes on from there. */
export const retentionRun = decider<RunCommand, RetentionRun, RetentionRunEvent, RunRefusal>({
  stream: ({ runId }) => retentionRunStream(runId),
  initial: noRun,
  evolve: evolveRun,
  decide: {
    RequestRun: ({ runId, commandId, dryRun, at }, { status, commandId: before }) => {
      if (status !== 'none') return before === commandId ? [] : refuse('run-exists');
      return [{ type: 'RetentionRunRequested', data: { runId, commandId, dryRun, requestedAt: at.toISOString() } }];
    },

    StartRun: ({ runId, rules, knownUpTo, at }, { status, dryRun }) =>
      status === 'none' || status === 'requested'
        ? [{ type: 'RetentionRunStarted', data: { runId, dryRun, at: at.toISOString(), rules, knownUpTo } }]
        : [],

    RecordDue: ({ runId, batch, items }, run) => {
      if (batch <= run.batch || items.length === 0) return [];
      if (run.status !== 'running') return refuse('not-running');
      if (run.open.length > 0) return refuse('batch-open');
      return [{ type: 'RetentionDue', data: { runId, batch, items } }];
    },

    RecordDealtWith: ({ runId, batch, outcomes }, run) => {
      if (batch !== run.batch || run.open.length === 0) return [];
      const isWhole =
        run.open.length === outcomes.length && run.open.every(({ erasureId }) => outcomes.some((o) => o.erasureId === erasureId));
      return isWhole ? [{ type: 'RetentionDealtWith', data: { runId, batch, outcomes } }] : refuse('not-all-dealt-with', 'GDPR art. 5(2)');
    },

    CompleteRun: ({ runId, unsettled, at }, { status, open, dryRun, counts }) => {
      if (status === 'completed') return [];
      if (status !== 'running') return refuse('not-running');
      if (open.length > 0) return refuse('batch-open');
      return [{ type: 'RetentionRunCompleted', data: { runId, dryRun, ...counts, ...unsettled, completedAt: at.toISOString() } }];
    },
  },
});
