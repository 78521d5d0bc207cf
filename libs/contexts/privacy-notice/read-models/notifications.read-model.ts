import type { LedgerEvent } from '@hjemmel/contexts/data-subjects/contract';
import type { OrderPlaced } from '@hjemmel/contexts/orders/contract';
import { orderStream } from '@hjemmel/contexts/orders/contract';
import { company } from '@hjemmel/contexts/processing-register/contract';
import type { Recorded } from '@hjemmel/kernel';
import { readModel, ReadModelBuilder } from '@hjemmel/projections/read-model';
import { evolveNotification, Notification, NotificationEvent, notification, StatementNotificationsPlanned } from '../notification';

type DataSubjectRegistered = Extract<LedgerEvent, { readonly type: 'DataSubjectRegistered' }>;

/** Somebody whom the company knows as controller: whom a material change of the statement concerns. The address stays sealed. */
export interface StatementContactRow {
  readonly subjectId: string;
  readonly position: bigint;
  readonly email: { readonly $sealed: string; readonly eventId: string; readonly stream: string; readonly path: string } | null;
}

export const statementContacts = readModel<StatementContactRow>('statement-contacts', {
  version: 1,
  table: 'statement_contacts',
  key: 'subjectId',
  columns: { subjectId: 'text', position: 'bigint', email: 'jsonb' },
})
  .on<DataSubjectRegistered>(
    'DataSubjectRegistered',
    ({ event: { data } }) => (data.controller === company ? data.subjectId : []),
    (_, { position }, subjectId) => ({ subjectId, position, email: null }),
  )
  .on<OrderPlaced>(
    'OrderPlaced',
    ({ event }) => event.data.contact.subjectId,
    (row, { id, event: { data } }) =>
      row && { ...row, email: { ...data.contact.email, eventId: id, stream: orderStream(data.orderId), path: 'contact.email' } },
  );

/** One person's notification of one version. */
export interface NotificationRow {
  /** Version and person. */
  readonly id: string;
  readonly version: string;
  readonly subjectId: string;
  readonly status: Exclude<Notification['status'], 'none'>;
  readonly attempts: number;
  readonly dueAt: string | null;
  /** Of the last thing that happened. */
  readonly changedAt: string;
  readonly messageId: string | null;
  readonly admission: string | null;
  readonly reason: string | null;
  readonly legal: string | null;
}

const types = [
  'StatementNotificationQueued',
  'StatementNotificationAttempted',
  'StatementNotificationSent',
  'StatementNotificationFailed',
  'StatementNotificationBounced',
  'StatementNotificationWithheld',
] as const;

const base: ReadModelBuilder<NotificationRow> = readModel<NotificationRow>('statement-notifications', {
  version: 1,
  table: 'statement_notifications',
  key: 'id',
  columns: {
    id: 'text',
    version: 'text',
    subjectId: 'text',
    status: 'text',
    attempts: 'integer',
    dueAt: 'timestamptz',
    changedAt: 'timestamptz',
    messageId: 'text',
    admission: 'text',
    reason: 'text',
    legal: 'text',
  },
  indexes: [
    ['due_at', 'id'],
    ['version', 'status', 'subject_id'],
  ],
});

/** The same fold as the decision's, so that what is due here is due there. */
export const statementNotifications = types.reduce(
  (model, type) => model.on<NotificationEvent>(type, ({ event: { data } }) => `${data.version} ${data.subjectId}`, folded),
  base,
);

function folded(row: NotificationRow | undefined, { event, recordedAt }: Recorded<NotificationEvent>, id: string): NotificationRow {
  const { version, subjectId } = event.data;
  const before: Notification = row ? { status: row.status, attempts: row.attempts, dueAt: row.dueAt ?? undefined } : notification.initial;
  const { status, attempts, dueAt } = evolveNotification(before, event);
  return {
    id,
    version,
    subjectId,
    status: status as NotificationRow['status'],
    attempts,
    dueAt: dueAt ?? null,
    changedAt: recordedAt.toISOString(),
    messageId: event.type === 'StatementNotificationSent' ? event.data.messageId : (row?.messageId ?? null),
    admission: event.type === 'StatementNotificationSent' ? event.data.admission : (row?.admission ?? null),
    reason: reasonOf(event),
    legal: event.type === 'StatementNotificationWithheld' ? event.data.legal : null,
  };
}

function reasonOf({ type, data }: NotificationEvent): string | null {
  if (type === 'StatementNotificationWithheld') return data.rule;
  return type === 'StatementNotificationFailed' || type === 'StatementNotificationBounced' ? data.reason : null;
}

/** That everybody affected by a version has a notification, and how many they are. */
export interface NotificationPlanRow {
  readonly version: string;
  readonly affected: number;
  readonly plannedAt: string;
}

export const notificationPlans = readModel<NotificationPlanRow>('statement-notification-plans', {
  version: 1,
  table: 'statement_notification_plans',
  key: 'version',
  columns: { version: 'text', affected: 'integer', plannedAt: 'timestamptz' },
}).on<StatementNotificationsPlanned>(
  'StatementNotificationsPlanned',
  ({ event }) => event.data.version,
  (_, { event: { data } }) => ({ ...data }),
);
