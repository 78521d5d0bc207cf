import type { ReadModel } from '@hjemmel/projections/read-model';
import { agreements } from './agreements.read-model';
import { activityVersions } from './activity-versions.read-model';
import { customerProcessing, customers } from './customers.read-model';
import { retentionRuleVersions } from './retention-rules.read-model';

export const registerModels: readonly ReadModel[] = [activityVersions, retentionRuleVersions, customerProcessing, customers, agreements];
