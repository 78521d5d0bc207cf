import type { ReadModel } from '@hjemmel/projections/read-model';
import { notificationPlans, statementContacts, statementNotifications } from './notifications.read-model';
import { presentations } from './presentations.read-model';
import { statementVersions } from './statement-versions.read-model';

export const statementModels: readonly ReadModel[] = [
  statementVersions,
  presentations,
  statementContacts,
  statementNotifications,
  notificationPlans,
];
