import type { Activity, Agreement, Norms, RequestedUse } from '@hjemmel/admission';
import { derivedUuid } from '@hjemmel/kernel';
import type { AdmitUses, CloseAdmissions, RecordDisclosure } from '../admitting.decisions';
import type { EraseData } from '../erasure.decisions';
import type { ConsentGiven, LedgerEvent } from '../events';
import type { OverruleObjection, ReceiveObjection, UpholdObjection, WithdrawObjection } from '../objections.decisions';
import type {
  AnnounceLifting,
  BeginRetentionPeriod,
  EndRelation,
  LiftRestriction,
  RestrictProcessing,
  WithdrawConsent,
} from '../standing.decisions';

/** One person and the few activities that a ledger's specs need. Plain data; nothing here decides. */
export const company = '915376215';
export const customer = '334115739';
export const soleTrader = 'enk-5f0c2f4f9a3f4f0ab6b3d5a8f1a0c9d1';
export const kari = '0a5c1d2e3f405162738495a6b7c8d9e0';
export const at = new Date('2026-03-02T10:00:00.000Z');
export const statement = { version: '2023-12-20', hash: 'a1'.repeat(32), effectiveFrom: '2023-12-19T23:00:00.000Z' };

const contractOrInterest: Activity['legalBases'] = [
  { code: '6(1)(b)', when: 'sole-trader' },
  { code: '6(1)(f)', when: 'company-representative', balancing: {} },
];
const entry = (id: string, purpose: string, category: string, legalBases: Activity['legalBases']): [string, Activity] => [
  id,
  {
    id,
    version: 1,
    role: id.startsWith('C') ? 'controller' : 'processor',
    purposes: [purpose],
    legalBases,
    categories: [{ category, fields: ['name'] }],
    recipients: [{ id: 'mail-provider', location: 'EEA', storage: 'EEA', fields: [`${category}.name`] }],
    retention: [],
    secureIdentification: { purposes: [purpose] },
    retired: false,
  },
];
export const register: ReadonlyMap<string, Activity> = new Map([
  entry('C-1', 'deliver-service', 'subject.contact', contractOrInterest),
  entry('C-2', 'invoicing', 'invoice', contractOrInterest),
  entry('C-4', 'marketing', 'subject.contact', [{ code: '6(1)(a)', when: 'consent', statute: 'markedsføringsloven § 15' }]),
  entry('C-9', 'consent-evidence', 'consent.record', [{ code: '6(1)(c)', when: 'legal-duty', statute: 'GDPR art. 7(1)' }]),
  entry('D-1', 'hms-card-ordering', 'subject.nationalId', [{ code: '28(3)(a)', when: 'controller-instruction' }]),
]);

export const agreement: Agreement = {
  version: '1',
  from: '2026-01-01T00:00:00.000Z',
  instructions: { 'D-1': { from: '2026-01-01T00:00:00.000Z' } },
};
export const norms: Norms = { register, statement, agreements: new Map([[customer, agreement]]), knownUpTo: '7', company };

const use = (activity: string, purpose: string, category: string): RequestedUse => ({
  activity,
  purpose,
  categories: [category],
  kind: 'processing',
  customer,
});
export const delivering = use('C-1', 'deliver-service', 'subject.contact');
export const invoicing = use('C-2', 'invoicing', 'invoice');
export const mailing = use('C-4', 'marketing', 'subject.contact');
export const evidence = use('C-9', 'consent-evidence', 'consent.record');
export const storing: RequestedUse = { ...delivering, kind: 'storage' };
export const defending: RequestedUse = { ...delivering, exception: { ground: 'legal-claims', reason: 'case 7' } };
/** Contact data goes to whom the entry allows it to go. */
export const sending: RequestedUse = { ...delivering, recipient: { id: 'mail-provider', fields: ['subject.contact.name'] } };

export const registered = (changes: object = {}): LedgerEvent => ({
  type: 'DataSubjectRegistered',
  data: {
    subjectId: kari,
    controller: company,
    source: 'orderer',
    relations: [{ customer, capacity: 'company-representative' }],
    keys: [],
    ...changes,
  },
});

/** What a person was shown beside the box, in two wordings. */
export const consentTo = (purpose: string, hash = 'b2'.repeat(32)): NonNullable<AdmitUses['consents']>[number] => ({
  purpose,
  wording: { version: '2023-12-20', locale: 'nb', hash },
  surface: 'order-form',
  steps: 1,
  givenAt: at.toISOString(),
});
export const consentGiven = (consentId: string, purpose = 'marketing', hash?: string): ConsentGiven => ({
  type: 'ConsentGiven',
  data: { consentId, subjectId: kari, ...consentTo(purpose, hash) },
});

export const admitUses = (commandId: string, ...uses: readonly RequestedUse[]): AdmitUses => ({
  type: 'AdmitUses',
  subjectId: kari,
  commandId,
  act: 'PlaceOrder',
  keys: [],
  uses,
  norms,
  at,
});
export const close = (commandId: string, because: CloseAdmissions['because'] = 'refused-elsewhere'): CloseAdmissions => ({
  type: 'CloseAdmissions',
  subjectId: kari,
  commandId,
  because,
});
export const withdraw = (commandId: string, purpose = 'marketing'): WithdrawConsent => ({
  type: 'WithdrawConsent',
  subjectId: kari,
  commandId,
  purpose,
  surface: 'unsubscribe-link',
  steps: 1,
  at,
});
export const restrict = (commandId: string, ground: RestrictProcessing['ground'] = 'accuracy-contested'): RestrictProcessing => ({
  type: 'RestrictProcessing',
  subjectId: kari,
  commandId,
  ground,
  channel: 'e-mail',
  receivedAt: at,
});
/** Who decides; what is decided is prepared by somebody else. */
export const officer = { id: 'officer', role: 'privacy-officer' } as const;

const onKari = <T extends string>(type: T, commandId: string) => ({ type, subjectId: kari, commandId });

export const restrictionOf = (commandId: string): string => derivedUuid('restriction', commandId, kari);
export const announce = (commandId: string, restrictionId: string): AnnounceLifting => ({
  ...onKari('AnnounceLifting', commandId),
  restrictionId,
  because: 'accuracy-verified',
  channel: 'e-mail',
  at,
});
export const lift = (commandId: string, restrictionId: string): LiftRestriction => ({
  ...onKari('LiftRestriction', commandId),
  restrictionId,
  because: 'accuracy-verified',
  decidedBy: officer,
  at,
});

export const objectionOf = (commandId: string, purpose = 'deliver-service'): string => derivedUuid('objection', commandId, kari, purpose);
export const object = (
  commandId: string,
  kind: ReceiveObjection['kind'] = 'situation',
  purpose = kind === 'situation' ? 'deliver-service' : 'marketing',
): ReceiveObjection => ({ ...onKari('ReceiveObjection', commandId), kind, purpose, channel: 'e-mail', receivedAt: at, company });
export const uphold = (commandId: string, objectionId: string): UpholdObjection => ({
  ...onKari('UpholdObjection', commandId),
  objectionId,
  reasons: 'nothing weighs more',
  document: 'case 7, page 2',
  decidedBy: officer,
  at,
});
export const overrule = (commandId: string, objectionId: string): OverruleObjection => ({
  ...uphold(commandId, objectionId),
  type: 'OverruleObjection',
  grounds: 'legal-claims',
  proposedBy: 'case-handler',
});
export const takeBack = (commandId: string, objectionId: string): WithdrawObjection => ({
  ...onKari('WithdrawObjection', commandId),
  objectionId,
  channel: 'e-mail',
  at,
});

export const erase = (commandId: string, category = 'subject.contact'): EraseData => ({
  ...onKari('EraseData', commandId),
  erasureId: commandId,
  retentionClasses: ['contact'],
  categories: [category],
  because: 'erasure',
  whole: false,
  at,
});

export const endRelation = (commandId: string, towards = customer, endedAt = at): EndRelation => ({
  ...onKari('EndRelation', commandId),
  customer: towards,
  endedAt,
});
export const beginPeriod = (commandId: string, trigger = 'contract-ended', towards?: string, since = at): BeginRetentionPeriod => ({
  ...onKari('BeginRetentionPeriod', commandId),
  trigger,
  ...(towards !== undefined && { customer: towards }),
  since,
});
export const disclose = (commandId: string, admissionId: string): RecordDisclosure => ({
  ...onKari('RecordDisclosure', commandId),
  admissionId,
  receipt: 'message 42',
  at,
});
