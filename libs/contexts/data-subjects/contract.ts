/** What other contexts may know of data subjects. */
export { DataSubjectsModule } from './data-subjects.module';
export { controllerOf } from './controller-of';
export { Admissions } from './admissions';
export type { Admitted, AdmissionRequest } from './admissions';
export type { LedgerEvent } from './events';
export { InForce } from './in-force';
export { Reads } from './reads';
export { shown, ShownField } from './shown-field';
export { Received } from './received';
export type { Channel } from './received';
export type { BlobAnswer, BlobFieldRequest, FieldAnswer, FieldRequest } from './reads';
