import { agreementEntity } from './agreements.store';
import { customerEntity, customerProcessingEntity } from './export-record/export-record.handler';
import { activityVersionEntity, retentionRuleEntity } from './register-history.store';

export const registerEntities = [activityVersionEntity, retentionRuleEntity, customerProcessingEntity, customerEntity, agreementEntity];
