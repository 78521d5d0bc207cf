import type { ActivityEntry } from '../events';
import { accountabilityActivities } from './accountability-activities';
import { controllerActivities } from './controller-activities';
import { processorActivities } from './processor-activities';

/** The register that the first start declares: all that the privacy statement of 2023-12-20 implies. */
export const seedActivities: Readonly<Record<string, ActivityEntry>> = {
  ...controllerActivities,
  ...accountabilityActivities,
  ...processorActivities,
};
