import type { Norms } from '@hjemmel/admission';

/** The register of processing activities, the privacy statement and the agreements as they stand at an instant: what admissions are measured against. */
export abstract class InForce {
  abstract at(instant: Date): Norms;

  /** Settles when everything up to a position of the log is known here, or, after a while, without it: others know of it when they do. */
  knows(_position: bigint): Promise<void> {
    return Promise.resolve();
  }
}
