import type { Norms } from '@hjemmel/admission';

/** The register of processing activities, the privacy statement and the agreements as they stand at an instant: what admissions are measured against. */
export abstract class InForce {
  abstract at(instant: Date): Norms;
}
