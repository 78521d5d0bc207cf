import { seedActivities } from '@hjemmel/contexts/processing-register/contract';
import { coverageOf } from '../coverage';

/** What the register that comes with the program declares: what its first statement stands beside. */
export const seedCoverage = coverageOf(
  Object.entries(seedActivities).map(([activityId, entry]) => ({ activityId, entry, retired: false })),
);
