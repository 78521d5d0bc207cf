import type { Capacity, Ground, Purpose, RefusalRule, RequestedUse, RestrictionException } from '@hjemmel/admission';
import type { DomainEvent } from '@hjemmel/kernel';

/** The facts of one person's ledger, `dataSubject-<pseudonym>`. No field here holds personal data, sealed or clear. */
export type LedgerEvent =
  | DataSubjectRegistered
  | RelationRecorded
  | KeysCommitted
  | ProcessingAdmitted
  | ProcessingRefused
  | AdmissionClosed
  | ConsentGiven
  | ConsentWithdrawn
  | ProcessingRestricted;

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

export type RelationRecorded = DomainEvent<'RelationRecorded', Relation & { readonly subjectId: string }>;

/** Data keys were made after the registration. */
export type KeysCommitted = DomainEvent<'KeysCommitted', { readonly subjectId: string; readonly keys: readonly CommittedKey[] }>;

/** One use may be made; the fact that makes it names this admission. */
export type ProcessingAdmitted = DomainEvent<
  'ProcessingAdmitted',
  Ground & {
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
  {
    readonly refusalId: string;
    readonly subjectId: string;
    readonly commandId: string;
    readonly act: string;
    readonly activity: string;
    readonly purpose: Purpose;
    readonly categories: readonly string[];
    /** Also what the command brought with it and the refusal kept out of the ledger: the verdict rests on it. */
    readonly asked: Pick<RequestedUse, 'kind' | 'customer' | 'exception'> & { readonly controller?: string; readonly relation?: Relation };
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

export type ConsentGiven = DomainEvent<
  'ConsentGiven',
  {
    readonly consentId: string;
    readonly subjectId: string;
    readonly purpose: Purpose;
    /** What the person was shown: version, language and SHA-256 (hex) of the wording (GDPR art. 7(1)). */
    readonly wording: { readonly version: string; readonly locale: 'nb' | 'en'; readonly hash: string };
    /** Where it was given, and how many steps that took: a withdrawal must need no more (GDPR art. 7(3)). */
    readonly surface: string;
    readonly steps: number;
    readonly givenAt: string;
  }
>;

export type ConsentWithdrawn = DomainEvent<
  'ConsentWithdrawn',
  {
    readonly consentId: string;
    readonly subjectId: string;
    readonly commandId: string;
    readonly purpose: Purpose;
    readonly surface: string;
    readonly steps: number;
    readonly withdrawnAt: string;
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
  {
    readonly restrictionId: string;
    readonly subjectId: string;
    readonly commandId: string;
    readonly ground: RestrictionGround;
    readonly channel: string;
    readonly receivedAt: string;
  }
>;

/** One event for each answer that opened personal fields: it names every person on it. It stands in a stream of its reader, see {@link readStreamOf}. */
export type PersonalDataRead = DomainEvent<
  'PersonalDataRead',
  {
    readonly readId: string;
    /** What was asked for, for example `GetOrder`. */
    readonly query: string;
    readonly uses: readonly {
      readonly ground: Ground;
      readonly subjects: readonly {
        readonly subjectId: string;
        /** On whose account, where it was said: the ground follows from it. */
        readonly customer?: string;
        readonly fields: readonly string[];
      }[];
    }[];
    /** Whose fields stayed closed, and by which rule. */
    readonly withheld: readonly { readonly subjectId: string; readonly rule: RefusalRule; readonly legal: string }[];
  }
>;

/** A restriction came between the record and the opening: these persons' fields were not opened after all. */
export type PersonalDataReadNarrowed = DomainEvent<
  'PersonalDataReadNarrowed',
  { readonly readId: string; readonly withheld: PersonalDataRead['data']['withheld'] }
>;

export type { RestrictionException };

export const ledgerOf = (subjectId: string): string => `dataSubject-${subjectId}`;

/** What the streams with records of reading begin with. */
export const readStreams = 'personalDataRead-';

/** A stream for each reader and day (UTC), so that none grows without end. */
export const readStreamOf = (actorId: string, at: Date): string => `${readStreams}${actorId}-${at.toISOString().slice(0, 10)}`;
