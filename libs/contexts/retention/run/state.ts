import type { Because, DueItem, RetentionDealtWith, RetentionRunEvent, RunCounts } from './events';

export interface RetentionRun {
  readonly status: 'none' | 'requested' | 'running' | 'completed';
  /** The command that asked for it, where a person did. */
  readonly commandId?: string;
  readonly dryRun: boolean;
  readonly at: string;
  readonly batch: number;
  /** Said to be due, and not dealt with yet. */
  readonly open: readonly DueItem[];
  /** Everybody up to this pseudonym was looked at. */
  readonly behind: string;
  readonly counts: RunCounts;
}

export const noRun: RetentionRun = {
  status: 'none',
  dryRun: false,
  at: '',
  batch: 0,
  open: [],
  behind: '',
  counts: { due: 0, deleted: 0, deferred: [], failed: 0 },
};

export function evolveRun(run: RetentionRun, event: RetentionRunEvent): RetentionRun {
  switch (event.type) {
    case 'RetentionRunRequested':
      return { ...run, status: 'requested', commandId: event.data.commandId, dryRun: event.data.dryRun };
    case 'RetentionRunStarted':
      return { ...run, status: 'running', dryRun: event.data.dryRun, at: event.data.at };
    case 'RetentionDue':
      return { ...run, batch: event.data.batch, open: event.data.items };
    case 'RetentionDealtWith':
      return dealtWith(run, event.data);
    case 'RetentionRunCompleted':
      return { ...run, status: 'completed' };
  }
}

function dealtWith(run: RetentionRun, { outcomes }: RetentionDealtWith['data']): RetentionRun {
  const behind = run.open.reduce((last, { subjectId }) => (subjectId > last ? subjectId : last), run.behind);
  const counts = outcomes.reduce((counted, outcome) => {
    const classes = run.open.find(({ erasureId }) => erasureId === outcome.erasureId)?.classes.length ?? 0;
    const more = { ...counted, due: counted.due + classes };
    if (outcome.outcome === 'begun') return { ...more, deleted: counted.deleted + classes };
    if (outcome.outcome === 'failed') return { ...more, failed: counted.failed + classes };
    return { ...more, deferred: withDeferred(counted.deferred, outcome.because, classes) };
  }, run.counts);
  return { ...run, open: [], behind, counts };
}

function withDeferred(deferred: RunCounts['deferred'], because: Because, count: number): RunCounts['deferred'] {
  const isSame = (one: Because): boolean =>
    one.exception === because.exception && one.legal === because.legal && one.until === because.until;
  const known = deferred.find(isSame);
  return known ? deferred.map((one) => (one === known ? { ...one, count: one.count + count } : one)) : [...deferred, { ...because, count }];
}
