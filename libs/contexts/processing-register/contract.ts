/** What other contexts may know of the register of processing activities. */
export { activityStream, activityStreams, company, purposes } from './events';
export type {
  ActivityEntry,
  ProcessingActivityDeclared,
  ProcessingActivityEvent,
  ProcessingActivityRetired,
  ProcessingActivityRevised,
  PurposeCode,
} from './events';
export { activityOf, entriesFrom, evolve as evolveActivity, registerFrom } from './state';
export type { RegisteredActivity } from './state';
