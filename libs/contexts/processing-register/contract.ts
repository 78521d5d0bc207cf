/** What other contexts may know of the register of processing activities. */
export { activityStream, activityStreams, company, partsOf, purposes } from './events';
export type {
  ActivityEntry,
  ActivityPartConfirmed,
  BalancingTest,
  InterestBalanced,
  ProcessingActivityDeclared,
  ProcessingActivityEvent,
  ProcessingActivityRetired,
  ProcessingActivityRevised,
  PurposeCode,
} from './events';
export { seedActivities } from './seed/activities';
export { retentionRules as seedRetentionRules } from './seed/retention-rules';
export { faultOfApproval, mayApprove } from './decider';
export { retentionRuleStream, retentionRuleStreams } from './retention/events';
export type { RetentionRule, RetentionRuleEvent } from './retention/events';
export { evolveRule, retentionRule } from './retention/decider';
export type { KnownRule } from './retention/decider';
export { RegisterHistory } from './register-history';
export type { ActivityAt, Moment, RetentionRuleAt } from './register-history';
export { activityOf, entriesFrom, evolve as evolveActivity, registerOf } from './state';
export type { RegisteredActivity } from './state';
export { agreementStream, agreementStreams } from './agreements/events';
export type { AgreementEvent } from './agreements/events';
export { evolveAgreement } from './agreements/state';
export { consentPurposes, consentWordings, devicePurposes } from './consent-wordings/consent-wordings';
export type { ConsentWording } from './consent-wordings/consent-wordings';
export { particulars } from './particulars';
