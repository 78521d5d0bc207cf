import type { DeclaredCategory, LegalBasis, ProcessingRole } from '@hjemmel/admission';
import type { Actor, DomainEvent } from '@hjemmel/kernel';

export const activityStream = (activityId: string): string => `processingActivity-${activityId}`;
/** What the streams of all activities begin with. */
export const activityStreams = 'processingActivity-';

/** The company that runs this program; `customer` stands for whichever customer a record of a processor is kept for. */
export const company = '915376215';
export type DeclaredController = typeof company | 'customer';

/** What personal data is used for: a closed list (promise P-23). */
export const purposes = [
  'deliver-service',
  'invoicing',
  'bookkeeping',
  'customer-service',
  'rights-requests',
  'marketing',
  'renewal',
  'site-operation',
  'site-analytics',
  'advertising',
  'consent-evidence',
  'troubleshooting',
  'service-analysis',
  'security-and-audit',
  'breach-handling',
  'authority-disclosure',
  'internal-control',
  'supplier-management',
  'hms-card-ordering',
  'card-lifecycle',
  'other-card-ordering',
  'renewal-on-behalf',
  'site-lists',
  'hosting-and-support',
  'assist-rights-requests',
] as const;
export type PurposeCode = (typeof purposes)[number];

export const dataSubjectKinds = [
  'contact-person',
  'sole-trader',
  'prospect',
  'worker',
  'owner-working-in-the-firm',
  'site-visitor',
  'service-user',
  'employee',
  'administrator',
  'api-client',
  'auditor',
  'reporter',
  'supplier-contact',
  'any-data-subject',
] as const;
export type DataSubjectKind = (typeof dataSubjectKinds)[number];

export const sources = [
  'orderer',
  'accounting-system',
  'data-subject',
  'form',
  'earlier-order',
  'device',
  'app',
  'third-party-tool',
  'system',
  'staff',
  'authority',
  'employee',
  'supplier',
  'employer',
  'customer-configuration',
  'building-client-or-delegate',
  'controller',
] as const;
export type Source = (typeof sources)[number];

/** A basis together with the purposes that it carries: exactly one basis for each purpose and person (GDPR art. 6(1)). All of them where absent. */
export interface DeclaredBasis extends LegalBasis {
  readonly purposes?: readonly PurposeCode[];
  /** The interest pursued, where the basis is art. 6(1)(f) (GDPR art. 13(1)(d)). */
  readonly interest?: string;
  /** The test of that interest; without one it carries nothing. */
  readonly balancing?: BalancingTest;
}

/** The three-step test of art. 6(1)(f) in words, as it was done last (promises P-29, P-39). */
export interface BalancingTest {
  readonly necessity: string;
  readonly balance: string;
  readonly safeguards: string;
  /** Where it is written down at length. */
  readonly document?: string;
  /** Last day (YYYY-MM-DD, Europe/Oslo) on which it stands without being done anew; open where absent. */
  readonly reviewBy?: string;
}

export const recipientCapacities = ['processor', 'processor-of-recipient', 'controller', 'authority', 'data-subject'] as const;

export interface Recipient {
  readonly id: string;
  /** `controller` and `authority` decide for themselves what they do with what they get; a `processor` is ours or the recipient's. */
  readonly capacity: (typeof recipientCapacities)[number];
  readonly location: 'EEA' | 'third-country';
  /** Where it stores what it gets; as {@link location} where absent. */
  readonly storage?: 'EEA' | 'third-country';
  /** Fields that it may get, `subject.contact.name`; none where absent. */
  readonly fields?: readonly string[];
  /** Why nothing is sent there, as the number of a conflict in the statement; nothing may be while it stands. */
  readonly suspended?: string;
}

export interface DeclaredRetention {
  /** Id of a retention rule, for example `bokforing-5y`. */
  readonly rule: string;
  /** What of the activity's data the rule is for, in words. */
  readonly covers: string;
  /** The categories that it is for; all of the activity's where absent. */
  readonly categories?: readonly string[];
}

/** An entry of the record of processing activities (GDPR art. 30(1), and 30(2) where the role is `processor`). */
export interface ActivityEntry {
  readonly role: ProcessingRole;
  readonly title: string;
  readonly controller: DeclaredController;
  /** The role in the company that answers for it; never a person's name. */
  readonly responsible: string;
  readonly dataSubjects: readonly DataSubjectKind[];
  readonly categories: readonly DeclaredCategory[];
  readonly purposes: readonly PurposeCode[];
  readonly legalBases: readonly DeclaredBasis[];
  readonly sources: readonly Source[];
  readonly recipients: readonly Recipient[];
  readonly retention: readonly DeclaredRetention[];
  readonly securityMeasures: readonly string[];
  /** Anchors of the privacy statement's sections that cover the activity. */
  readonly policySections: readonly string[];
  /** Promises of the statement that bear on it, `P-01` … `P-84`. */
  readonly promises: readonly string[];
  /** Parts that the company has not confirmed, as {@link partsOf} names them. */
  readonly unconfirmed: readonly string[];
  /** Where the controller's documented instruction is found (GDPR art. 28(3)(a)); processor only. */
  readonly instruction?: string;
  /** What the company itself owes while it acts for another, in its own words; processor only. */
  readonly ownDuties?: readonly string[];
  /** Why secure identification is needed, where national identity numbers are used (personopplysningsloven § 12). */
  readonly secureIdentification?: string;
  /** The purposes for which the number itself is used; where absent it is only stored. */
  readonly identifies?: readonly PurposeCode[];
  /** Goes on after the agreement has ended, until data is returned or deleted (GDPR art. 28(3)(e), (g)); processor only. */
  readonly outlivesAgreement?: true;
  /** Declared, but not carried out: the number of the conflict in the statement, and why. */
  readonly suspended?: { readonly conflict: string; readonly why: string };
}

/** Names of all parts of an entry that can stand unconfirmed, for example `retention:order-3y` or `category:subject.contact.name`. */
export const partsOf = (entry: ActivityEntry): readonly string[] => [
  ...entry.retention.map(({ rule }) => `retention:${rule}`),
  ...entry.categories.flatMap(({ category, fields }) => fields.map((field) => `category:${category}.${field}`)),
  ...entry.recipients.map(({ id }) => `recipient:${id}`),
  ...entry.recipients.flatMap(({ id, fields }) => (fields === undefined ? [] : [`fields:${id}`])),
  ...entry.legalBases.flatMap(({ consentLasts }) => (consentLasts === undefined ? [] : [`consent-lasts:${consentLasts}`])),
  ...entry.legalBases.flatMap(({ statute }) => (statute === undefined ? [] : [`statute:${statute}`])),
  ...entry.legalBases.flatMap(({ balancing, purposes: carried = entry.purposes }) =>
    balancing ? carried.map((purpose) => `balancing:${purpose}`) : [],
  ),
  ...entry.securityMeasures.map((measure) => `security:${measure}`),
  ...(entry.ownDuties ?? []).map((duty) => `duty:${duty}`),
];

interface OnActivity {
  readonly activityId: string;
  /** 1 when declared, one more with each revision. */
  readonly version: number;
  readonly approvedBy: Actor;
  /** Who prepared the change: somebody else than who approved it. Absent where the program came with it. */
  readonly proposedBy?: string;
}

export type ProcessingActivityDeclared = DomainEvent<'ProcessingActivityDeclared', OnActivity & { readonly entry: ActivityEntry }>;
export type ProcessingActivityRevised = DomainEvent<
  'ProcessingActivityRevised',
  OnActivity & { readonly entry: ActivityEntry; readonly reason: string }
>;
export type ProcessingActivityRetired = DomainEvent<'ProcessingActivityRetired', OnActivity & { readonly reason: string }>;

/** A person stands for a part that was assumed until then: why, and where that is written down. */
export type ActivityPartConfirmed = DomainEvent<
  'ActivityPartConfirmed',
  {
    readonly activityId: string;
    /** Version of the entry at which it was confirmed. */
    readonly version: number;
    /** As {@link partsOf} names it. */
    readonly part: string;
    readonly reason: string;
    readonly document: string;
    readonly confirmedBy: Actor;
  }
>;

/** The test of a legitimate interest was done, or done anew: it stands for these purposes from now on (GDPR art. 6(1)(f)). */
export type InterestBalanced = DomainEvent<
  'InterestBalanced',
  OnActivity & { readonly purposes: readonly PurposeCode[]; readonly test: BalancingTest }
>;

export type ProcessingActivityEvent =
  ProcessingActivityDeclared | ProcessingActivityRevised | ProcessingActivityRetired | ActivityPartConfirmed | InterestBalanced;
