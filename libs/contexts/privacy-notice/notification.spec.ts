import { given } from '@hjemmel/kernel/testing/given';
import {
  MAX_ATTEMPTS,
  notification,
  NotificationCommand,
  StatementNotificationAttempted,
  StatementNotificationBounced,
  StatementNotificationFailed,
  StatementNotificationQueued,
  StatementNotificationSent,
} from './notification';

const person = { version: '2027-01-01', subjectId: 'ab' };
const at = (minutes: number) => new Date(Date.UTC(2026, 11, 1) + minutes * 60_000);
const iso = (minutes: number) => at(minutes).toISOString();
const queued: StatementNotificationQueued = { type: 'StatementNotificationQueued', data: { ...person, queuedAt: iso(0) } };
const attempted = (attempt: number, minutes: number): StatementNotificationAttempted => ({
  type: 'StatementNotificationAttempted',
  data: { ...person, attempt, attemptedAt: iso(minutes) },
});
const attempt = (minutes: number): NotificationCommand => ({ type: 'Attempt', ...person, at: at(minutes) });
const letter = { messageId: 'm-1', admission: 'a-1', template: { id: 't', version: 1, hash: 'h' }, transport: 'file' } as const;
const sent = (no: number, minutes: number): StatementNotificationSent => ({
  type: 'StatementNotificationSent',
  data: { ...person, attempt: no, ...letter, sentAt: iso(minutes) },
});
const failed = (no: number, minutes: number, retryAt?: number): StatementNotificationFailed => ({
  type: 'StatementNotificationFailed',
  data: {
    ...person,
    attempt: no,
    reason: 'ECONNECTION',
    failedAt: iso(minutes),
    ...(retryAt === undefined ? { outcome: 'given-up' as const } : { outcome: 'retry' as const, retryAt: iso(retryAt) }),
  },
});
const about = given(notification);

describe('a person’s notification of a material version (P-82)', () => {
  it('is queued once', () => {
    about()
      .when({ type: 'Queue', ...person, at: at(0) })
      .then(queued);
    about(queued)
      .when({ type: 'Queue', ...person, at: at(5) })
      .nothing();
  });

  it('is claimed by one worker, and by another only where that one died', () => {
    about().when(attempt(0)).refused('not-queued');
    about(queued).when(attempt(1)).then(attempted(1, 1));
    about(queued, attempted(1, 1)).when(attempt(10)).nothing();
    about(queued, attempted(1, 1)).when(attempt(11)).then(attempted(2, 11));
  });

  it('is sent once', () => {
    const send: NotificationCommand = { type: 'RecordSent', ...person, attempt: 1, ...letter, at: at(2) };
    about(queued, attempted(1, 1)).when(send).then(sent(1, 2));
    about(queued, attempted(1, 1), sent(1, 2)).when(send).nothing();
    about(queued, attempted(1, 1), sent(1, 2)).when(attempt(1_000)).nothing();
    about(queued, attempted(1, 1), attempted(2, 11)).when(send).nothing();
  });

  it('that fails is tried again, later each time, and given up after so many', () => {
    const fail = (no: number, minutes: number, permanent = false): NotificationCommand => ({
      type: 'RecordFailure',
      ...person,
      attempt: no,
      reason: 'ECONNECTION',
      permanent,
      at: at(minutes),
    });
    about(queued, attempted(1, 1))
      .when(fail(1, 1))
      .then(failed(1, 1, 2));
    about(queued, attempted(1, 1))
      .when(fail(1, 1, true))
      .then(failed(1, 1));
    about(queued, attempted(4, 100))
      .when(fail(4, 100))
      .then(failed(4, 100, 460));
    about(queued, attempted(MAX_ATTEMPTS, 500)).when(fail(MAX_ATTEMPTS, 500)).then(failed(MAX_ATTEMPTS, 500));
    about(queued, attempted(MAX_ATTEMPTS, 500), failed(MAX_ATTEMPTS, 500)).when(attempt(10_000)).nothing();
    about(queued, attempted(1, 1), failed(1, 1, 2))
      .when(attempt(1))
      .nothing();
    about(queued, attempted(1, 1), failed(1, 1, 2))
      .when(attempt(2))
      .then(attempted(2, 2));
  });

  it('whose last attempt broke off is given up as well', () => {
    const broken = failed(MAX_ATTEMPTS, 600);
    about(queued, attempted(MAX_ATTEMPTS, 500))
      .when(attempt(600))
      .then({ ...broken, data: { ...broken.data, reason: 'broken-off' } });
  });

  it('that comes back is tried again where it may arrive, within the same bounds', () => {
    const bounce = (permanent: boolean): NotificationCommand => ({
      type: 'RecordBounce',
      ...person,
      reason: 'mailbox-full',
      permanent,
      at: at(30),
    });
    const bounced: StatementNotificationBounced = {
      type: 'StatementNotificationBounced',
      data: { ...person, attempt: 1, reason: 'mailbox-full', bouncedAt: iso(30), outcome: 'retry', retryAt: iso(31) },
    };
    about(queued, attempted(1, 1), sent(1, 2)).when(bounce(false)).then(bounced);
    about(queued, attempted(1, 1), sent(1, 2), bounced).when(bounce(false)).nothing();
    about(queued, attempted(1, 1), sent(1, 2), bounced).when(attempt(31)).then(attempted(2, 31));
    about(queued).when(bounce(true)).refused('not-sent');
    about().when(bounce(true)).refused('not-queued');
  });

  it('is withheld where the rules refuse to open the address, with the rule', () => {
    const restricted = { rule: 'restricted', legal: 'GDPR art. 18(2)' };
    about(queued, attempted(1, 1))
      .when({ type: 'Withhold', ...person, attempt: 1, ...restricted, at: at(1) })
      .then({ type: 'StatementNotificationWithheld', data: { ...person, attempt: 1, ...restricted, withheldAt: iso(1) } });
  });
});
