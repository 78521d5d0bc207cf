import { derivedUuid } from '@hjemmel/kernel';
import type {
  AdmissionClosed,
  ConsentWithdrawn,
  DisclosureMade,
  ObjectionOverruled,
  ObjectionReceived,
  ObjectionUpheld,
  ObjectionWithdrawn,
  ProcessingAdmitted,
  ProcessingRefused,
  ProcessingRestricted,
  RelationEnded,
  RelationRecorded,
  RestrictionLiftAnnounced,
  RestrictionLifted,
  RetentionPeriodBegan,
} from '../events';
import { at, company, customer, kari, objectionOf, officer, restrictionOf, sending, statement } from './kari';

/** What the commands of `kari.ts` lead to, written out: specs compare with it, and take it for what happened before. */
const cited = { version: statement.version, hash: statement.hash };
/** By the second version of the rules, with what {@link norms} says was known. */
const judged = { rules: 2, knownUpTo: '7' };

export const admitted = (commandId: string, line = 0, changes: Partial<ProcessingAdmitted['data']> = {}): ProcessingAdmitted => ({
  type: 'ProcessingAdmitted',
  data: {
    admissionId: derivedUuid('admission', commandId, kari, String(line)),
    subjectId: kari,
    commandId,
    act: 'PlaceOrder',
    asked: { kind: 'processing', customer },
    activity: 'C-1',
    activityVersion: 1,
    purpose: 'deliver-service',
    role: 'controller',
    controller: company,
    categories: ['subject.contact'],
    basis: { code: '6(1)(f)', because: 'company-representative' },
    statement: cited,
    ...judged,
    ...changes,
  },
});
export const forInvoice = { activity: 'C-2', purpose: 'invoicing', categories: ['invoice'] };
export const forMail = {
  activity: 'C-4',
  purpose: 'marketing',
  basis: { code: '6(1)(a)', statute: 'markedsføringsloven § 15', because: 'consent' },
} as const;
export const forEvidence = {
  activity: 'C-9',
  purpose: 'consent-evidence',
  categories: ['consent.record'],
  basis: { code: '6(1)(c)', statute: 'GDPR art. 7(1)', because: 'legal-duty' },
} as const;

export const refused = (commandId: string, line = 0, changes: Partial<ProcessingRefused['data']> = {}): ProcessingRefused => ({
  type: 'ProcessingRefused',
  data: {
    refusalId: derivedUuid('refusal', commandId, kari, String(line)),
    subjectId: kari,
    commandId,
    act: 'PlaceOrder',
    activity: 'C-1',
    purpose: 'deliver-service',
    categories: ['subject.contact'],
    asked: { kind: 'processing', customer },
    rule: 'restricted',
    legal: 'GDPR art. 18(2)',
    statement: cited,
    ...judged,
    ...changes,
  },
});
export const unconsented = {
  activity: 'C-4',
  purpose: 'marketing',
  categories: ['subject.contact'],
  rule: 'consent-missing',
  legal: 'GDPR art. 6(1)(a)',
} as const;

export const restricted = (
  commandId: string,
  ground: ProcessingRestricted['data']['ground'] = 'accuracy-contested',
): ProcessingRestricted => ({
  type: 'ProcessingRestricted',
  data: {
    restrictionId: restrictionOf(commandId),
    subjectId: kari,
    commandId,
    ground,
    channel: 'e-mail',
    receivedAt: at.toISOString(),
  },
});
export const consentId = (commandId: string, purpose = 'marketing'): string => derivedUuid('consent', commandId, kari, purpose);
export const withdrawn = (commandId: string, of: string, changes: Partial<ConsentWithdrawn['data']> = {}): ConsentWithdrawn => ({
  type: 'ConsentWithdrawn',
  data: {
    consentId: of,
    subjectId: kari,
    commandId,
    purpose: 'marketing',
    surface: 'unsubscribe-link',
    steps: 1,
    stepsToGive: 1,
    withdrawnAt: at.toISOString(),
    ...changes,
  },
});
export const closed = (
  admission: ProcessingAdmitted,
  because: AdmissionClosed['data']['because'] = 'refused-elsewhere',
): AdmissionClosed => ({
  type: 'AdmissionClosed',
  data: {
    admissionId: admission.data.admissionId,
    subjectId: kari,
    commandId: admission.data.commandId,
    outcome: 'unused',
    because,
  },
});

const onKari = (commandId: string) => ({ subjectId: kari, commandId });

export const announced = (commandId: string, restrictionId: string): RestrictionLiftAnnounced => ({
  type: 'RestrictionLiftAnnounced',
  data: { ...onKari(commandId), restrictionId, because: 'accuracy-verified', channel: 'e-mail', toldAt: at.toISOString() },
});
export const lifted = (commandId: string, restrictionId: string): RestrictionLifted => ({
  type: 'RestrictionLifted',
  data: { ...onKari(commandId), restrictionId, because: 'accuracy-verified', decidedBy: officer, decidedAt: at.toISOString() },
});

export const objected = (
  commandId: string,
  kind: ObjectionReceived['data']['kind'] = 'situation',
  purpose = kind === 'situation' ? 'deliver-service' : 'marketing',
): ObjectionReceived => ({
  type: 'ObjectionReceived',
  data: {
    ...onKari(commandId),
    objectionId: objectionOf(commandId, purpose),
    kind,
    purpose,
    channel: 'e-mail',
    receivedAt: at.toISOString(),
  },
});
const decision = (commandId: string, objectionId: string) => ({
  ...onKari(commandId),
  objectionId,
  reasons: 'nothing weighs more',
  document: 'case 7, page 2',
  decidedBy: officer,
  decidedAt: at.toISOString(),
});
export const upheld = (commandId: string, objectionId: string): ObjectionUpheld => ({
  type: 'ObjectionUpheld',
  data: decision(commandId, objectionId),
});
export const overruled = (commandId: string, objectionId: string): ObjectionOverruled => ({
  type: 'ObjectionOverruled',
  data: { ...decision(commandId, objectionId), grounds: 'legal-claims', proposedBy: 'case-handler' },
});
export const takenBack = (commandId: string, objectionId: string): ObjectionWithdrawn => ({
  type: 'ObjectionWithdrawn',
  data: { ...onKari(commandId), objectionId, channel: 'e-mail', withdrawnAt: at.toISOString() },
});

export const relationRecorded = (
  towards = customer,
  capacity: RelationRecorded['data']['capacity'] = 'company-representative',
): RelationRecorded => ({
  type: 'RelationRecorded',
  data: { subjectId: kari, customer: towards, capacity },
});
export const relationEnded = (commandId: string, towards = customer, endedAt = at): RelationEnded => ({
  type: 'RelationEnded',
  data: { ...onKari(commandId), customer: towards, endedAt: endedAt.toISOString() },
});
export const periodBegan = (commandId: string, trigger = 'contract-ended', towards?: string, since = at): RetentionPeriodBegan => ({
  type: 'RetentionPeriodBegan',
  data: { ...onKari(commandId), trigger, ...(towards !== undefined && { customer: towards }), since: since.toISOString() },
});

/** The admission to send, and what was sent under it. */
export const forSending = { recipient: sending.recipient! };
export const disclosed = (commandId: string, admissionId: string): DisclosureMade => ({
  type: 'DisclosureMade',
  data: {
    ...onKari(commandId),
    disclosureId: derivedUuid('disclosure', commandId, kari),
    admissionId,
    recipient: sending.recipient!,
    receipt: 'message 42',
    madeAt: at.toISOString(),
  },
});
