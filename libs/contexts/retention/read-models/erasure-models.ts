import type { ReadModel } from '@hjemmel/projections/read-model';
import { erasures } from './erasures.read-model';
import { legalHoldsModel } from './legal-holds.read-model';

export const erasureModels: readonly ReadModel[] = [erasures, legalHoldsModel];
