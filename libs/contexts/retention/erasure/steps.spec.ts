import { fold } from '@hjemmel/kernel';
import { given } from '@hjemmel/kernel/testing/given';
import { at, completed, contact, decided, deferred, erasureId, invoice2025, kari, steps, waiting } from '../testing/erasing';
import { erasure, StepOfErasure } from './decider';
import type { ErasureEvent } from './events';
import { evolveErasure, nextLook, noErasure, statusOf } from './state';

const known = given(erasure);

describe('the steps of an erasure', () => {
  const rule = { ruleId: 'backup', version: 1, length: 'P35D' };
  const destroyed = steps[0] as Extract<ErasureEvent, { type: 'KeysDestroyed' }>;
  const rescan = { tables: ['read.orders'], rows: 0, sealedRows: 3, readable: 0 };
  const template = { id: 'erased-at-source', version: 1, hash: 'ab' };
  const base = { erasureId, round: 1, at };
  const afterwards = new Date('2026-04-06T22:00:00.000Z');
  const commands: readonly StepOfErasure[] = [
    { ...base, type: 'RecordKeysDestroyed', keys: destroyed.data.keys, left: destroyed.data.left },
    { ...base, type: 'RecordBlobsDeleted' },
    { ...base, type: 'RecordBlindIndexesRemoved' },
    { ...base, type: 'RecordRescan', rescan },
    { ...base, type: 'RecordRecipientsNotified', expected: [], template },
    { ...base, type: 'ScheduleBackupExpiry', rule },
    { ...base, type: 'ReachBackupExpiry', at: afterwards },
  ];
  it('come in one order, each once: the decision, keys, files, look-ups, the scan, recipients, backups', () => {
    commands.forEach((command, i) => {
      known(decided([contact]), ...steps.slice(0, i))
        .when(command)
        .then(steps[i]!);
      known(decided([contact]), ...steps.slice(0, i + 1))
        .when(command)
        .nothing();
      if (i > 0)
        known(decided([contact]), ...steps.slice(0, i - 1))
          .when(command)
          .nothing();
    });
  });
  it('are none where nothing was decided', () => known().when(commands[0]!).refused('no-such-erasure'));
  it('stop where the scan still finds something: the process looks again', () => {
    const found = (changes: object) => ({ ...base, type: 'RecordRescan', rescan: { ...rescan, ...changes } }) as const;
    for (const changes of [{ readable: 1 }, { rows: 1 }])
      known(decided([contact]), ...steps.slice(0, 3))
        .when(found(changes))
        .refused('still-readable');
  });
  it('do not say that the backups are gone on the last day, only when it is over in Oslo', () => {
    known(decided([contact]), ...steps.slice(0, 6))
      .when({ ...base, type: 'ReachBackupExpiry', at: new Date('2026-04-06T21:59:59.999Z') })
      .nothing();
  });
  const finish = { type: 'CompleteErasure', erasureId, at: afterwards } as const;
  it('end when all rounds are through and nothing is deferred', () => {
    known(decided([contact]), ...steps)
      .when(finish)
      .then(completed);
    known(decided([contact]), ...steps, completed)
      .when(finish)
      .nothing();
    known(decided([contact]), ...steps.slice(0, 6))
      .when(finish)
      .nothing();
    known(decided([contact, { ...invoice2025, deferred: waiting.books2025 }]), ...steps)
      .when(finish)
      .nothing();
    known().when(finish).nothing();
  });
});

describe('telling recipients (art. 19)', () => {
  const before = [decided([contact]), ...steps.slice(0, 4)];
  const inform = (delivery: object, now = at) =>
    ({ type: 'InformRecipient', erasureId, round: 1, recipient: 'arbeidstilsynet', delivery, at: now }) as Extract<
      StepOfErasure,
      { type: 'InformRecipient' }
    >;
  const informed = (attempt: number, told: object, now = at): ErasureEvent =>
    ({
      type: 'RecipientInformed',
      data: { erasureId, subjectId: kari, round: 1, recipient: 'arbeidstilsynet', attempt, at: now.toISOString(), told },
    }) as ErasureEvent;
  const failed = { delivered: false, permanent: false, reason: 'ETIMEDOUT' };
  const retry = (retryAt: string) => ({ outcome: 'retry', reason: 'ETIMEDOUT', retryAt });
  const done = { type: 'RecordRecipientsNotified', erasureId, round: 1, at, template: { id: 't', version: 1, hash: 'ab' } } as const;

  it('says what went out', () => {
    const told = { outcome: 'told', messageId: 'm1', transport: 'smtp' };
    known(...before)
      .when(inform({ delivered: true, messageId: 'm1', transport: 'smtp' }))
      .then(informed(1, told));
    known(...before, informed(1, told))
      .when(inform(failed))
      .nothing();
  });
  it('is tried again after a minute, ten, sixty, six hours, and then given up', () => {
    let now = at;
    const history = [...before];
    for (const minutes of [1, 10, 60, 360]) {
      const next = new Date(now.getTime() + minutes * 60_000);
      const event = informed(history.length - before.length + 1, retry(next.toISOString()), now);
      known(...history)
        .when(inform(failed, now))
        .then(event);
      history.push(event);
      known(...history)
        .when(inform(failed, new Date(next.getTime() - 1)))
        .nothing();
      now = next;
    }
    known(...history)
      .when(inform(failed, now))
      .then(informed(5, { outcome: 'given-up', reason: 'ETIMEDOUT' }, now));
  });
  it('is given up at once where it is impossible', () => {
    known(...before)
      .when(inform({ ...failed, permanent: true, reason: 'no-address' }))
      .then(informed(1, { outcome: 'given-up', reason: 'no-address' }));
  });
  it('is not said to be done while one of them waits', () => {
    known(...before)
      .when({ ...done, expected: ['arbeidstilsynet'] })
      .refused('recipient-not-told');
    known(...before, informed(1, retry('2026-03-02T10:01:00.000Z')))
      .when({ ...done, expected: ['arbeidstilsynet'] })
      .refused('recipient-not-told');
  });
});

describe('the status of an erasure', () => {
  const after = (...events: readonly ErasureEvent[]) => statusOf(fold(evolveErasure, noErasure, events));
  it('is never done before the last backup is gone', () => {
    const statuses = steps.map((_, i) => after(decided([contact]), ...steps.slice(0, i)));
    expect(statuses).toEqual([
      'decided',
      'erasing',
      'erasing',
      'erasing',
      'erasing',
      'erasing',
      'unreadable-in-operation-expiring-in-backups',
    ]);
    expect(after(decided([contact]), ...steps, completed)).toBe('completed');
  });
  it('is that of what is deferred where all else is through', () => {
    const books = { ...invoice2025, deferred: waiting.books2025 };
    expect(after(deferred([books]))).toBe('deferred');
    expect(after(decided([contact, books]), ...steps.slice(0, 6))).toBe('unreadable-in-operation-expiring-in-backups');
    expect(after(decided([contact, books]), ...steps)).toBe('deferred');
  });
  it('passes by a fact of a later version of the program', () =>
    expect(after(decided([contact]), { type: 'ErasureAudited', data: {} } as never)).toBe('decided'));
});

describe('when an erasure can go on', () => {
  const look = (...events: readonly ErasureEvent[]) => nextLook(fold(evolveErasure, noErasure, events));
  it('is at once while there are steps to take', () =>
    expect(look(decided([contact]))).toEqual({ dueAt: at.toISOString(), waitsForCondition: false }));
  it('is the end of the last day of the backups, in Oslo', () =>
    expect(look(decided([contact]), ...steps.slice(0, 6)).dueAt).toBe('2026-04-06T22:00:00.000Z'));
  it('is the end of the last day of keeping, and whenever a condition may have come about', () => {
    expect(look(deferred([{ ...invoice2025, deferred: waiting.books2025 }])).dueAt).toBe('2030-12-31T23:00:00.000Z');
    expect(look(deferred([{ ...contact, deferred: waiting.hold }]))).toEqual({ dueAt: undefined, waitsForCondition: true });
  });
  it('is once more when all rounds are through, to say so; and never after', () => {
    expect(look(decided([contact]), ...steps).dueAt).toBe('2026-04-06T22:00:00.000Z');
    expect(look(decided([contact]), ...steps, completed)).toEqual({ dueAt: undefined, waitsForCondition: false });
  });
  it('is the next try where a recipient took nothing', () => {
    const told = { outcome: 'retry', reason: 'ETIMEDOUT', retryAt: '2026-03-02T10:01:00.000Z' } as const;
    const tried = { erasureId, subjectId: kari, round: 1, recipient: 'arbeidstilsynet', attempt: 1, at: at.toISOString(), told };
    expect(look(decided([contact]), ...steps.slice(0, 4), { type: 'RecipientInformed', data: tried }).dueAt).toBe(told.retryAt);
  });
});
