import { notificationEntity, notificationPlanEntity, statementContactEntity } from './get-notifications/get-notifications.handler';
import { presentationEntity } from './list-presentations/list-presentations.handler';
import { statementVersionEntity } from './statements.store';

export const statementEntities = [
  statementVersionEntity,
  presentationEntity,
  notificationEntity,
  notificationPlanEntity,
  statementContactEntity,
];
