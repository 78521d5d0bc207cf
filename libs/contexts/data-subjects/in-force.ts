import type { Activity, Statement } from '@hjemmel/admission';

/** The register of processing activities and the privacy statement as they stand at an instant: what admissions are measured against. */
export abstract class InForce {
  abstract register(): ReadonlyMap<string, Activity>;
  abstract statementAt(instant: Date): Statement | undefined;
}
