import { openCommands } from '@hjemmel/contexts/data-subjects/abandoned-commands/open-commands.read-model';
import { dataSubjects } from '@hjemmel/contexts/data-subjects/read-models/data-subjects.read-model';
import { refusals } from '@hjemmel/contexts/data-subjects/read-models/refusals.read-model';
import { orders } from '@hjemmel/contexts/orders/read-models/orders.read-model';
import { statementModels } from '@hjemmel/contexts/privacy-notice/read-models/models';
import { registerModels } from '@hjemmel/contexts/processing-register/read-models/models';
import { erasureModels } from '@hjemmel/contexts/retention/read-models/erasure-models';
import { retentionModels } from '@hjemmel/contexts/retention/read-models/models';
import { rightsRequestsModel } from '@hjemmel/contexts/rights-requests/read-models/rights-requests.read-model';
import type { ReadModel } from '@hjemmel/projections/read-model';

/** Every read model of the program. */
export const readModels: readonly ReadModel[] = [
  orders,
  dataSubjects,
  refusals,
  rightsRequestsModel,
  openCommands,
  ...registerModels,
  ...statementModels,
  ...erasureModels,
  ...retentionModels,
];
