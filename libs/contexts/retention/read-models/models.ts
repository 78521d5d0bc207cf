import type { ReadModel } from '@hjemmel/projections/read-model';
import { held } from './held.read-model';
import { retentionRuns } from './retention-runs.read-model';

export const retentionModels: readonly ReadModel[] = [held, retentionRuns];
