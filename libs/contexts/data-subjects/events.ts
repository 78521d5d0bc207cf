import type { Capacity, Disclosure, Ground, Purpose, RefusalRule, RequestedUse, RestrictionException } from '@hjemmel/admission';
import type { Actor, DomainEvent } from '@hjemmel/kernel';
import type { ConsentEvent } from './consent.events';
import type { DataErased } from './erasure.events';

export type { ConsentGiven, ConsentRefused, ConsentWithdrawn, Wording } from './consent.events';
export type { DataErased } from './erasure.events';

/** The facts of one person's ledger, `dataSubject-<pseudonym>`. No field here holds personal data, sealed or clear. */
export type LedgerEvent =
  | DataSubjectRegistered
  | RelationRecorded
  | RelationEnded
  | KeysCommitted
  | ProcessingAdmitted
  | ProcessingRefused
  | AdmissionClosed
  | DisclosureMade
  | ConsentEvent
  | ProcessingRestricted
  | RestrictionLiftAnnounced
  | RestrictionLifted
  | ObjectionReceived
  | ObjectionUpheld
  | ObjectionOverruled
  | ObjectionWithdrawn
  | RetentionPeriodBegan
  | DataErased
  | LedgerSummarised;

/** What each event of a ledger carries that a command other than an admission led to. */
interface OnSubject {
  readonly subjectId: string;
  readonly commandId: string;
}

export type DataSubjectRegistered = DomainEvent<
  'DataSubjectRegistered',
  {
    readonly subjectId: string;
    /** Organisation number of the controller under whom the person is known (a sole trader stands as `enk-<pseudonym>`). */
    readonly controller: string;
    /** Where the data came from (GDPR art. 14(2)(f)), for example `orderer` or `employer`. */
    readonly source: string;
    /** What was known of the person from the start; what comes later has events of its own. */
    readonly relations: readonly Relation[];
    readonly keys: readonly CommittedKey[];
  }
>;

export interface Relation {
  readonly customer: string;
  readonly capacity: Capacity;
}

/** The commitment (base64url) of a data key shows later that no other key was put in its place. */
export interface CommittedKey {
  readonly keyId: string;
  readonly retentionClass: string;
  readonly commitment: string;
}

/** A relation that had ended and is recorded again goes on. */
export type RelationRecorded = DomainEvent<'RelationRecorded', Relation & { readonly subjectId: string }>;

/** The contract with the customer, or the person's part in it, is over: nothing new is done on its ground. */
export type RelationEnded = DomainEvent<'RelationEnded', OnSubject & { readonly customer: string; readonly endedAt: string }>;

/** Data keys were made after the registration. */
export type KeysCommitted = DomainEvent<'KeysCommitted', { readonly subjectId: string; readonly keys: readonly CommittedKey[] }>;

/** By which rules a verdict was reached, and what was known of register, statement and agreements: the position of their last event. */
export interface Judged {
  /** Version of the rules; 1 where absent. */
  readonly rules?: number;
  readonly knownUpTo?: string;
}

/** One use may be made; the fact that makes it names this admission. */
export type ProcessingAdmitted = DomainEvent<
  'ProcessingAdmitted',
  Ground &
    Judged & {
      readonly admissionId: string;
      readonly subjectId: string;
      readonly commandId: string;
      readonly act: string;
      readonly factStream?: string;
      /** With the ground, all that was asked for: who replays the log can put the same question again. */
      readonly asked: Pick<RequestedUse, 'kind' | 'customer'>;
    }
>;

export type ProcessingRefused = DomainEvent<
  'ProcessingRefused',
  Judged & {
    readonly refusalId: string;
    readonly subjectId: string;
    readonly commandId: string;
    readonly act: string;
    readonly activity: string;
    readonly purpose: Purpose;
    readonly categories: readonly string[];
    /** Also what the command brought with it and the refusal kept out of the ledger: the verdict rests on it. */
    readonly asked: Pick<RequestedUse, 'kind' | 'customer' | 'exception' | 'recipient' | 'matching'> & {
      readonly controller?: string;
      readonly relation?: Relation;
    };
    readonly rule: RefusalRule;
    /** Article that the rule implements. */
    readonly legal: string;
    readonly statement?: { readonly version: string; readonly hash: string };
  }
>;

/** An admission that led to nothing, because another part of the same command was refused or the command broke off. */
export type AdmissionClosed = DomainEvent<
  'AdmissionClosed',
  {
    readonly admissionId: string;
    readonly subjectId: string;
    /** The command that was admitted. */
    readonly commandId: string;
    readonly outcome: 'unused';
    readonly because: 'refused-elsewhere' | 'fact-refused' | 'abandoned';
  }
>;

/** Data went to a recipient under an admission that named recipient and fields (GDPR art. 15(1)(c), 30(1)(d)). */
export type DisclosureMade = DomainEvent<
  'DisclosureMade',
  OnSubject & {
    readonly disclosureId: string;
    readonly admissionId: string;
    readonly recipient: Disclosure;
    /** What the recipient answered by which the disclosure can be found there. */
    readonly receipt: string;
    readonly madeAt: string;
  }
>;

/** GDPR art. 18(1)(a)–(d). */
export const restrictionGrounds = [
  'accuracy-contested',
  'unlawful-erasure-opposed',
  'needed-for-legal-claims',
  'objection-pending',
] as const;
export type RestrictionGround = (typeof restrictionGrounds)[number];

export type ProcessingRestricted = DomainEvent<
  'ProcessingRestricted',
  OnSubject & {
    readonly restrictionId: string;
    readonly ground: RestrictionGround;
    readonly channel: string;
    readonly receivedAt: string;
  }
>;

/** Why a restriction ends. */
export const liftingReasons = [
  'accuracy-verified',
  'lawfulness-decided',
  'claims-settled',
  'objection-decided',
  'wish-of-data-subject',
] as const;
export type LiftingReason = (typeof liftingReasons)[number];

/** The person was told that a restriction will be lifted, before it is (GDPR art. 18(3)). */
export type RestrictionLiftAnnounced = DomainEvent<
  'RestrictionLiftAnnounced',
  OnSubject & { readonly restrictionId: string; readonly because: LiftingReason; readonly channel: string; readonly toldAt: string }
>;

export type RestrictionLifted = DomainEvent<
  'RestrictionLifted',
  OnSubject & { readonly restrictionId: string; readonly because: LiftingReason; readonly decidedBy: Actor; readonly decidedAt: string }
>;

export const objectionKinds = ['situation', 'direct-marketing'] as const;
export type ObjectionKind = (typeof objectionKinds)[number];

/** GDPR art. 21(1) on grounds of the person's situation; art. 21(2) against direct marketing, which stops at once and for good. */
export type ObjectionReceived = DomainEvent<
  'ObjectionReceived',
  OnSubject & {
    readonly objectionId: string;
    readonly kind: ObjectionKind;
    readonly purpose: Purpose;
    readonly channel: string;
    readonly receivedAt: string;
  }
>;

interface Decided extends OnSubject {
  readonly objectionId: string;
  /** In words that name nobody. */
  readonly reasons: string;
  /** Where the decision is written down. */
  readonly document: string;
  readonly decidedBy: Actor;
  readonly decidedAt: string;
}
export type ObjectionUpheld = DomainEvent<'ObjectionUpheld', Decided>;

export const overrulingGrounds = ['compelling-legitimate-grounds', 'legal-claims'] as const;
export type OverrulingGround = (typeof overrulingGrounds)[number];
/** The burden is the controller's (GDPR art. 21(1)): grounds, reasons, and two people who stand for them. */
export type ObjectionOverruled = DomainEvent<
  'ObjectionOverruled',
  Decided & { readonly grounds: OverrulingGround; readonly proposedBy: string }
>;

/** The person takes it back; nobody else can. */
export type ObjectionWithdrawn = DomainEvent<
  'ObjectionWithdrawn',
  OnSubject & { readonly objectionId: string; readonly channel: string; readonly withdrawnAt: string }
>;

/** Something happened from which a retention rule counts (GDPR art. 5(1)(e)), for example `card-issued`; towards one customer, or all. */
export type RetentionPeriodBegan = DomainEvent<
  'RetentionPeriodBegan',
  OnSubject & { readonly trigger: string; readonly customer?: string; readonly since: string }
>;

/** The whole state of the ledger up to here: a long one is read from its last summary on. It says nothing that the events before it do not. */
export type LedgerSummarised = DomainEvent<
  'LedgerSummarised',
  {
    readonly subjectId: string;
    /** Version of the fold whose state it is: one of another is passed over. */
    readonly fold: number;
    readonly state: object;
  }
>;

/** Where a person stood when a field was asked for: revision of the ledger, decimal. */
interface ReadOf {
  readonly subjectId: string;
  /** On whose account, where it was said: the ground follows from it. */
  readonly customer?: string;
  readonly ledgerRevision?: string;
}

/** One event for each answer that opened personal fields: it names every person on it. It stands in a stream of its reader, see {@link readStreamOf}. */
export type PersonalDataRead = DomainEvent<
  'PersonalDataRead',
  Judged & {
    readonly readId: string;
    /** What was asked for, for example `GetOrder`. */
    readonly query: string;
    readonly uses: readonly {
      readonly ground: Ground;
      readonly subjects: readonly (ReadOf & { readonly fields: readonly string[] })[];
    }[];
    /** Whose fields stayed closed, and by which rule. */
    readonly withheld: readonly Withheld[];
  }
>;

export interface Withheld extends ReadOf {
  readonly activity?: string;
  readonly purpose?: Purpose;
  readonly categories?: readonly string[];
  /** What else was asked for, where it was: the verdict rests on it as well. */
  readonly asked?: Pick<RequestedUse, 'exception' | 'recipient' | 'matching'>;
  readonly rule: RefusalRule;
  readonly legal: string;
}

/** A restriction came between the record and the opening: these persons' fields were not opened after all. */
export type PersonalDataReadNarrowed = DomainEvent<
  'PersonalDataReadNarrowed',
  Judged & { readonly readId: string; readonly withheld: readonly Withheld[] }
>;

export type { RestrictionException };

/** What the streams of all ledgers begin with. */
export const ledgerStreams = 'dataSubject-';
export const ledgerOf = (subjectId: string): string => `${ledgerStreams}${subjectId}`;

/** What the streams with records of reading begin with. */
export const readStreams = 'personalDataRead-';

/** A stream for each reader and day (UTC), so that none grows without end. */
export const readStreamOf = (actorId: string, at: Date): string => `${readStreams}${actorId}-${at.toISOString().slice(0, 10)}`;
