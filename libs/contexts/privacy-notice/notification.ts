import { decider, DomainEvent, refuse } from '@hjemmel/kernel';

export const notificationStream = (version: string, subjectId: string): string => `statementNotification-${version}.${subjectId}`;
/** What the streams of all notifications begin with. */
export const notificationStreams = 'statementNotification-';
/** Where it is said that everybody affected by a version has a notification waiting. */
export const planStream = (version: string): string => `statementNotificationPlan-${version}`;

interface OnPerson {
  readonly version: string;
  readonly subjectId: string;
}
interface OnAttempt extends OnPerson {
  /** Counts from 1. */
  readonly attempt: number;
}
type After = { readonly outcome: 'retry'; readonly retryAt: string } | { readonly outcome: 'given-up' };

/** A person is to be told of a material change (promise P-82). No event here holds an address. */
export type StatementNotificationQueued = DomainEvent<'StatementNotificationQueued', OnPerson & { readonly queuedAt: string }>;
/** A worker takes the person's notification in hand: no other does so until the claim is stale. */
export type StatementNotificationAttempted = DomainEvent<'StatementNotificationAttempted', OnAttempt & { readonly attemptedAt: string }>;
export type StatementNotificationSent = DomainEvent<
  'StatementNotificationSent',
  OnAttempt & {
    readonly messageId: string;
    /** Under which the address was opened. */
    readonly admission: string;
    readonly template: { readonly id: string; readonly version: number; readonly hash: string };
    readonly transport: 'smtp' | 'file';
    readonly sentAt: string;
  }
>;
export type StatementNotificationFailed = DomainEvent<
  'StatementNotificationFailed',
  OnAttempt & After & { readonly reason: string; readonly failedAt: string }
>;
/** It came back after it had been sent. */
export type StatementNotificationBounced = DomainEvent<
  'StatementNotificationBounced',
  OnAttempt & After & { readonly reason: string; readonly bouncedAt: string }
>;
/** The address was not opened: the rule that refused, and its article. */
export type StatementNotificationWithheld = DomainEvent<
  'StatementNotificationWithheld',
  OnAttempt & { readonly rule: string; readonly legal: string; readonly withheldAt: string }
>;
/** Everybody who was known when the version was published has a notification: from then on only those are looked at. */
export type StatementNotificationsPlanned = DomainEvent<
  'StatementNotificationsPlanned',
  { readonly version: string; readonly affected: number; readonly plannedAt: string }
>;

export type NotificationEvent =
  | StatementNotificationQueued
  | StatementNotificationAttempted
  | StatementNotificationSent
  | StatementNotificationFailed
  | StatementNotificationBounced
  | StatementNotificationWithheld;

export interface Notification {
  readonly status: 'none' | 'queued' | 'attempting' | 'sent' | 'retry' | 'given-up' | 'withheld';
  readonly attempts: number;
  /** From when on the next attempt may be made; undefined where none is. */
  readonly dueAt: string | undefined;
}

type Command = OnPerson & { readonly at: Date };
export type NotificationCommand =
  | ({ readonly type: 'Queue' } & Command)
  | ({ readonly type: 'Attempt' } & Command)
  | ({ readonly type: 'RecordSent' } & Command &
      Pick<StatementNotificationSent['data'], 'attempt' | 'messageId' | 'admission' | 'template' | 'transport'>)
  | ({ readonly type: 'RecordFailure' } & Command & { readonly attempt: number; readonly reason: string; readonly permanent: boolean })
  | ({ readonly type: 'Withhold' } & Command & { readonly attempt: number; readonly rule: string; readonly legal: string })
  | ({ readonly type: 'RecordBounce' } & Command & { readonly reason: string; readonly permanent: boolean });

/** Five attempts within eight hours: a mailbox that takes nothing for so long is told of as a failure, and somebody writes a letter. */
export const MAX_ATTEMPTS = 5;
const RETRY_AFTER_MINUTES = [1, 10, 60, 360];
/** A message is handed over within seconds: a claim this old is of a worker that died. */
export const STALE_AFTER_MS = 10 * 60_000;

const later = (at: Date, ms: number): string => new Date(at.getTime() + ms).toISOString();

const after = (attempt: number, permanent: boolean, at: Date): After =>
  permanent || attempt >= MAX_ATTEMPTS
    ? { outcome: 'given-up' }
    : { outcome: 'retry', retryAt: later(at, RETRY_AFTER_MINUTES[attempt - 1]! * 60_000) };

export function evolveNotification(state: Notification, event: NotificationEvent): Notification {
  switch (event.type) {
    case 'StatementNotificationQueued':
      return { status: 'queued', attempts: 0, dueAt: event.data.queuedAt };
    case 'StatementNotificationAttempted':
      return { status: 'attempting', attempts: event.data.attempt, dueAt: later(new Date(event.data.attemptedAt), STALE_AFTER_MS) };
    case 'StatementNotificationSent':
      return { ...state, status: 'sent', dueAt: undefined };
    case 'StatementNotificationWithheld':
      return { ...state, status: 'withheld', dueAt: undefined };
    case 'StatementNotificationFailed':
    case 'StatementNotificationBounced':
      return event.data.outcome === 'retry'
        ? { ...state, status: 'retry', dueAt: event.data.retryAt }
        : { ...state, status: 'given-up', dueAt: undefined };
  }
}

/** Decides on one person's notification of one version. */
export const notification = decider<NotificationCommand, Notification, NotificationEvent, 'not-queued' | 'not-sent'>({
  stream: ({ version, subjectId }) => notificationStream(version, subjectId),
  initial: { status: 'none', attempts: 0, dueAt: undefined },
  evolve: evolveNotification,
  decide: {
    Queue: ({ version, subjectId, at }, { status }) =>
      status === 'none' ? [{ type: 'StatementNotificationQueued', data: { version, subjectId, queuedAt: at.toISOString() } }] : [],

    Attempt: ({ version, subjectId, at }, { status, attempts, dueAt }) => {
      if (status === 'none') return refuse('not-queued');
      if (dueAt === undefined || Date.parse(dueAt) > at.getTime()) return [];
      const attempt = attempts + 1;
      if (attempt > MAX_ATTEMPTS)
        return [
          {
            type: 'StatementNotificationFailed',
            data: { version, subjectId, attempt: attempts, reason: 'broken-off', failedAt: at.toISOString(), outcome: 'given-up' },
          },
        ];
      return [{ type: 'StatementNotificationAttempted', data: { version, subjectId, attempt, attemptedAt: at.toISOString() } }];
    },

    RecordSent: ({ type: _, at, ...sent }, { status, attempts }) =>
      status === 'attempting' && attempts === sent.attempt
        ? [{ type: 'StatementNotificationSent', data: { ...sent, sentAt: at.toISOString() } }]
        : [],

    RecordFailure: ({ version, subjectId, at, attempt, reason, permanent }, { status, attempts }) =>
      status === 'attempting' && attempts === attempt
        ? [
            {
              type: 'StatementNotificationFailed',
              data: { version, subjectId, attempt, reason, failedAt: at.toISOString(), ...after(attempt, permanent, at) },
            },
          ]
        : [],

    Withhold: ({ type: _, at, ...withheld }, { status, attempts }) =>
      status === 'attempting' && attempts === withheld.attempt
        ? [{ type: 'StatementNotificationWithheld', data: { ...withheld, withheldAt: at.toISOString() } }]
        : [],

    RecordBounce: ({ version, subjectId, at, reason, permanent }, { status, attempts }) => {
      if (status === 'none') return refuse('not-queued');
      if (status === 'retry' || status === 'given-up') return [];
      if (status !== 'sent') return refuse('not-sent');
      return [
        {
          type: 'StatementNotificationBounced',
          data: { version, subjectId, attempt: attempts, reason, bouncedAt: at.toISOString(), ...after(attempts, permanent, at) },
        },
      ];
    },
  },
});

/** Says once that a version's notifications are all there. */
export const notificationPlan = decider<
  { readonly type: 'Plan'; readonly version: string; readonly affected: number; readonly at: Date },
  boolean,
  StatementNotificationsPlanned
>({
  stream: ({ version }) => planStream(version),
  initial: false,
  evolve: () => true,
  decide: {
    Plan: ({ version, affected, at }, planned) =>
      planned ? [] : [{ type: 'StatementNotificationsPlanned', data: { version, affected, plannedAt: at.toISOString() } }],
  },
});
