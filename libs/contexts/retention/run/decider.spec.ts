import { given } from '@hjemmel/kernel/testing/given';
import { retentionRun, RunCommand } from './decider';
import type { DueItem, RetentionRunEvent } from './events';

const at = new Date('2026-03-02T02:15:00.000Z');
const runId = '2026-03-02';
const rules = [{ ruleId: 'order-3y', version: 1, confirmed: true }];
const item = (erasureId: string, ...classes: readonly string[]): DueItem => ({
  subjectId: `person-${erasureId}`,
  rule: 'order-3y',
  ruleVersion: 1,
  classes: classes.map((retentionClass) => ({ retentionClass, until: '2026-03-01' })),
  erasureId,
});
const started: RetentionRunEvent = {
  type: 'RetentionRunStarted',
  data: { runId, dryRun: false, at: at.toISOString(), rules, knownUpTo: '7' },
};
const due = (batch: number, ...items: readonly DueItem[]): RetentionRunEvent => ({ type: 'RetentionDue', data: { runId, batch, items } });
const dealt = (
  batch: number,
  ...outcomes: Extract<RetentionRunEvent, { type: 'RetentionDealtWith' }>['data']['outcomes']
): RetentionRunEvent => ({
  type: 'RetentionDealtWith',
  data: { runId, batch, outcomes },
});
const unsettled = { waiting: 3, refused: 2, unruled: 1 };
const complete: RunCommand = { type: 'CompleteRun', runId, unsettled, at };
const restricted = { exception: 'restriction', legal: 'GDPR art. 18(2)' };
const run = given(retentionRun);

describe('a run of the retention (promise P-67)', () => {
  it('starts once, and says by which rules, in which versions, and what is over when (P-62)', () => {
    run().when({ type: 'StartRun', runId, rules, knownUpTo: '7', at }).then(started);
    run(started).when({ type: 'StartRun', runId, rules: [], knownUpTo: '9', at: new Date() }).nothing();
  });

  it('that a person asked for starts as the dry run that it was asked to be', () => {
    const requested: RetentionRunEvent = {
      type: 'RetentionRunRequested',
      data: { runId, commandId: 'c1', dryRun: true, requestedAt: at.toISOString() },
    };
    const ask: RunCommand = { type: 'RequestRun', runId, commandId: 'c1', dryRun: true, at };
    run().when(ask).then(requested);
    run(requested).when(ask).nothing();
    run(requested)
      .when({ ...ask, commandId: 'c2' })
      .refused('run-exists');
    run(requested)
      .when({ type: 'StartRun', runId, rules, knownUpTo: '7', at })
      .then({ ...started, data: { ...started.data, dryRun: true } });
  });

  it('says what is due before anything is done about it, and nothing of a batch twice', () => {
    run(started)
      .when({ type: 'RecordDue', runId, batch: 1, items: [item('a', 'contact')] })
      .then(due(1, item('a', 'contact')));
    run(started, due(1, item('a', 'contact')))
      .when({ type: 'RecordDue', runId, batch: 1, items: [item('b', 'photo')] })
      .nothing();
    run(started, due(1, item('a', 'contact')))
      .when({ type: 'RecordDue', runId, batch: 2, items: [item('b', 'photo')] })
      .refused('batch-open');
    run()
      .when({ type: 'RecordDue', runId, batch: 1, items: [item('a', 'contact')] })
      .refused('not-running');
  });

  it('accounts for everything that was due: nothing is left out (GDPR art. 5(2))', () => {
    const open = [started, due(1, item('a', 'contact'), item('b', 'photo'))] as const;
    run(...open)
      .when({ type: 'RecordDealtWith', runId, batch: 1, outcomes: [{ erasureId: 'a', outcome: 'begun' }] })
      .refused('not-all-dealt-with');
    run(...open)
      .when(complete)
      .refused('batch-open');
    const outcomes = [{ erasureId: 'a', outcome: 'begun' } as const, { erasureId: 'b', outcome: 'failed', reason: 'refused' } as const];
    run(...open)
      .when({ type: 'RecordDealtWith', runId, batch: 1, outcomes })
      .then(dealt(1, ...outcomes));
    run(...open, dealt(1, ...outcomes))
      .when({ type: 'RecordDealtWith', runId, batch: 1, outcomes })
      .nothing();
  });

  it('ends with a count: what was due is erased, deferred under a named exception, or failed; what waits stands beside it (P-61)', () => {
    run(
      started,
      due(1, item('a', 'contact', 'photo'), item('b', 'contact')),
      dealt(1, { erasureId: 'a', outcome: 'begun' }, { erasureId: 'b', outcome: 'deferred', because: restricted }),
      due(2, item('c', 'contact'), item('d', 'contact', 'national-id')),
      dealt(2, { erasureId: 'c', outcome: 'failed', reason: 'x' }, { erasureId: 'd', outcome: 'deferred', because: restricted }),
    )
      .when(complete)
      .then({
        type: 'RetentionRunCompleted',
        data: {
          runId,
          dryRun: false,
          due: 6,
          deleted: 2,
          deferred: [{ ...restricted, count: 3 }],
          failed: 1,
          ...unsettled,
          completedAt: at.toISOString(),
        },
      });
  });

  it('that has ended does not end again, and one that never began does not end', () => {
    const ended: RetentionRunEvent = {
      type: 'RetentionRunCompleted',
      data: { runId, dryRun: false, due: 0, deleted: 0, deferred: [], failed: 0, ...unsettled, completedAt: at.toISOString() },
    };
    run(started, ended).when(complete).nothing();
    run(started, ended).when({ type: 'StartRun', runId, rules, knownUpTo: '7', at }).nothing();
    run().when(complete).refused('not-running');
  });
});
