import type { LedgerEvent, PersonalDataRead, PersonalDataReadNarrowed } from '@hjemmel/contexts/data-subjects/events';
import type { RightsRequestEvent } from '@hjemmel/contexts/rights-requests/events';
import type { DomainEvent, Recorded } from '@hjemmel/kernel';

export const kari = 'a757a28aa1d79b57041f97652584ea68';
export const ola = 'e2ecbdc46382c748e81f79ead6fb406f';
export const company = '915376215';
export const command = '8d1c2bd4-8c1f-4c3b-9d8e-2a4b6d1f0a11';
export const orderStream = 'order-39baa770-3202-4318-9844-2c55066dee89';

type Fact = LedgerEvent | PersonalDataRead | PersonalDataReadNarrowed | RightsRequestEvent;

const statement = { version: '2023-12-20', hash: 'c0ffee' };

export const deliverService = {
  activity: 'C-1',
  activityVersion: 1,
  purpose: 'deliver-service',
  role: 'controller',
  controller: company,
  categories: ['subject.contact'],
  basis: { code: '6(1)(f)', because: 'company-representative' },
  statement,
} as const;

/** Facts about one person, each as the program writes them. */
export const factsOf = (subjectId: string) =>
  ({
    registered: { type: 'DataSubjectRegistered', data: { subjectId, controller: company, source: 'orderer', relations: [], keys: [] } },
    related: { type: 'RelationRecorded', data: { subjectId, customer: '334115739', capacity: 'company-representative' } },
    keyed: { type: 'KeysCommitted', data: { subjectId, keys: [{ keyId: 'key-1', retentionClass: 'contact', commitment: 'AAAA' }] } },
    admitted: {
      type: 'ProcessingAdmitted',
      data: {
        ...deliverService,
        admissionId: 'admission-1',
        subjectId,
        commandId: command,
        act: 'PlaceOrder',
        factStream: orderStream,
        asked: { kind: 'processing' },
      },
    },
    refused: {
      type: 'ProcessingRefused',
      data: {
        refusalId: 'refusal-1',
        subjectId,
        commandId: command,
        act: 'PlaceOrder',
        activity: 'C-1',
        purpose: 'deliver-service',
        categories: ['subject.contact'],
        asked: { kind: 'processing' },
        rule: 'restricted',
        legal: 'GDPR art. 18(2)',
        statement,
      },
    },
    closed: {
      type: 'AdmissionClosed',
      data: { admissionId: 'admission-1', subjectId, commandId: command, outcome: 'unused', because: 'refused-elsewhere' },
    },
    consented: {
      type: 'ConsentGiven',
      data: {
        consentId: 'consent-1',
        subjectId,
        purpose: 'marketing',
        wording: { version: '2023-12-20', locale: 'nb', hash: 'beef' },
        surface: 'order-form',
        steps: 1,
        givenAt: '2026-01-06T05:14:10.000Z',
      },
    },
    withdrew: {
      type: 'ConsentWithdrawn',
      data: {
        consentId: 'consent-1',
        subjectId,
        commandId: command,
        purpose: 'marketing',
        surface: 'unsubscribe-link',
        steps: 1,
        withdrawnAt: '2026-01-07T05:14:10.000Z',
      },
    },
    restricted: {
      type: 'ProcessingRestricted',
      data: {
        restrictionId: 'restriction-1',
        subjectId,
        commandId: command,
        ground: 'accuracy-contested',
        channel: 'e-mail',
        receivedAt: '2026-01-08T05:14:10.000Z',
      },
    },
    relationEnded: {
      type: 'RelationEnded',
      data: { subjectId, commandId: command, customer: '334115739', endedAt: '2026-01-31T23:30:00.000Z' },
    },
    disclosed: {
      type: 'DisclosureMade',
      data: {
        disclosureId: 'disclosure-1',
        subjectId,
        commandId: command,
        admissionId: 'admission-1',
        recipient: { id: 'mail-provider', fields: ['subject.contact.name', 'subject.contact.email'] },
        receipt: 'msg-7',
        madeAt: '2026-01-06T05:14:10.000Z',
      },
    },
    consentRefused: {
      type: 'ConsentRefused',
      data: {
        consentId: 'consent-2',
        subjectId,
        purpose: 'site-analytics',
        wording: { version: '2023-12-20', locale: 'nb', hash: 'beef' },
        surface: 'cookie-dialog',
        steps: 0,
        signal: 'gpc',
        refusedAt: '2026-01-06T05:14:10.000Z',
      },
    },
    liftingAnnounced: {
      type: 'RestrictionLiftAnnounced',
      data: { ...ofRestriction(subjectId), channel: 'letter', toldAt: '2026-01-09T05:14:10.000Z' },
    },
    lifted: {
      type: 'RestrictionLifted',
      data: { ...ofRestriction(subjectId), decidedBy: { id: 'officer', role: 'privacy-officer' }, decidedAt: '2026-01-10T05:14:10.000Z' },
    },
    objected: {
      type: 'ObjectionReceived',
      data: {
        ...ofObjection(subjectId),
        kind: 'situation',
        purpose: 'deliver-service',
        channel: 'e-mail',
        receivedAt: '2026-01-08T05:14:10.000Z',
      },
    },
    objectionUpheld: { type: 'ObjectionUpheld', data: { ...ofObjection(subjectId), ...decision } },
    objectionOverruled: {
      type: 'ObjectionOverruled',
      data: { ...ofObjection(subjectId), ...decision, grounds: 'legal-claims', proposedBy: 'shop' },
    },
    objectionWithdrawn: {
      type: 'ObjectionWithdrawn',
      data: { ...ofObjection(subjectId), channel: 'phone', withdrawnAt: '2026-01-09T05:14:10.000Z' },
    },
    periodBegan: {
      type: 'RetentionPeriodBegan',
      data: { subjectId, commandId: command, trigger: 'contract-ended', customer: '334115739', since: '2026-01-31T12:00:00.000Z' },
    },
    summarised: { type: 'LedgerSummarised', data: { subjectId, fold: 1, state: { registered: true } } },
  }) satisfies Record<string, LedgerEvent>;

const ofRestriction = (subjectId: string) =>
  ({ restrictionId: 'restriction-1', subjectId, commandId: command, because: 'accuracy-verified' }) as const;
const ofObjection = (subjectId: string) => ({ objectionId: 'objection-1', subjectId, commandId: command });
const decision = {
  reasons: 'the order is under way',
  document: 'vedtak 2026-11/4',
  decidedBy: { id: 'officer', role: 'privacy-officer' },
  decidedAt: '2026-01-09T05:14:10.000Z',
} as const;

export const read = (opened: readonly string[], withheld: readonly string[]): PersonalDataRead => ({
  type: 'PersonalDataRead',
  data: {
    readId: 'read-1',
    query: 'ListOrders',
    uses:
      opened.length === 0
        ? []
        : [{ ground: deliverService, subjects: opened.map((subjectId) => ({ subjectId, fields: ['contact.name'] })) }],
    withheld: withheld.map((subjectId) => ({ subjectId, rule: 'restricted', legal: 'GDPR art. 18(2)' })),
  },
});

export const requested = (subjectId: string, requestId: string): RightsRequestEvent => ({
  type: 'RightsRequestReceived',
  data: {
    requestId,
    commandId: command,
    right: 'access',
    subjectId,
    admission: 'admission-2',
    controller: company,
    handling: 'decide',
    channel: 'e-mail',
    receivedAt: '2026-01-06T05:14:10.000Z',
    recordedAt: '2026-01-06T05:15:10.000Z',
    deadlines: { promise: '2026-02-05', law: '2026-02-06', due: '2026-02-05', dueInstant: '2026-02-05T23:00:00.000Z' },
  },
});

export const metadata = {
  schema: 1,
  correlationId: command,
  causationId: command,
  actor: { id: 'demo', role: 'service' },
  decidedAt: '2026-07-01T10:00:00.000Z',
} as const;

/** An event as the log gives it back. */
export const recorded = (event: Fact | DomainEvent, position = 1n): Recorded => ({
  id: '63f0b87a-a1cc-8293-aad9-ee3f25b4c67c',
  stream: `dataSubject-${kari}`,
  revision: 0n,
  position,
  recordedAt: new Date('2026-07-01T10:00:01.000Z'),
  event,
  metadata,
});
