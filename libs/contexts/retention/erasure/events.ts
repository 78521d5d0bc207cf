import type { Day } from '@hjemmel/admission';
import type { DomainEvent } from '@hjemmel/kernel';

/** The facts of one erasure, `erasure-<id>`. No field here holds personal data, sealed or clear. */
export type ErasureEvent =
  | ErasureDecided
  | ErasureDeferred
  | ErasureResumed
  | KeysDestroyed
  | BlobsDeleted
  | BlindIndexesRemoved
  | TablesRescanned
  | RecipientInformed
  | RecipientsNotified
  | BackupExpiryScheduled
  | BackupExpiryReached
  | ErasureCompleted;

/** GDPR art. 17(1)(a)–(f). */
export const erasureGrounds = [
  'no-longer-necessary',
  'consent-withdrawn',
  'objection-upheld',
  'processed-unlawfully',
  'legal-obligation',
  'child-information-society-service',
] as const;
/** By its time being over data is erased without anybody asking (GDPR art. 5(1)(e)). */
export type ErasureGround = (typeof erasureGrounds)[number] | 'retention';

/** What was asked for, by whom and when it came in. */
export interface ErasureRequest {
  readonly ground: ErasureGround;
  readonly channel: string;
  readonly receivedAt: string;
  /** Where the request, or the controller's instruction, is kept. */
  readonly document: string;
}

export interface KeyInVault {
  readonly keyId: string;
  /** The key's commitment in the log (base64url). */
  readonly commitment: string;
}

/** Why a part is kept for the time being: exception, article, and until when or until what. */
export interface Deferral {
  readonly exception: 'restriction' | 'legal-hold' | 'card-production' | 'bookkeeping' | 'retention-not-over';
  readonly legal: string;
  /** Last day on which it is kept. */
  readonly until?: Day;
  readonly condition?: 'restriction-lifted' | 'hold-released' | 'card-issued' | 'retention-over';
  readonly holdId?: string;
}

/** What was decided for one retention class, and with it for its fields. */
export interface ErasureLine {
  readonly retentionClass: string;
  readonly categories: readonly string[];
  /** `subject.contact.email`: as the register declares them. */
  readonly fields: readonly string[];
  readonly keys: readonly KeyInVault[];
  /** Erased where absent. */
  readonly deferred?: Deferral;
}

interface OnErasure {
  readonly erasureId: string;
  readonly subjectId: string;
}

/** A round erases what can be erased at its time; what is deferred comes back in a later one. */
interface InRound extends OnErasure {
  readonly round: number;
}

interface Decision extends InRound {
  readonly commandId: string;
  /** Under whom the person is known; where that is a customer, it is erased on the customer's account (art. 28(3)(e)). */
  readonly controller: string;
  readonly request: ErasureRequest;
  readonly lines: readonly ErasureLine[];
  /** Nothing of the person is left after this round. */
  readonly whole: boolean;
  readonly decidedAt: string;
}
/** Something is erased. */
export type ErasureDecided = DomainEvent<'ErasureDecided', Decision>;
/** Nothing can be erased now: or what was to be erased in a round is kept after all, because something came before it. */
export type ErasureDeferred = DomainEvent<'ErasureDeferred', Decision>;
/** What deferred a part is over: a day has passed, a restriction was lifted, a hold released, a card issued. */
export type ErasureResumed = DomainEvent<'ErasureResumed', Decision>;

export interface DestroyedKey extends KeyInVault {
  readonly retentionClass: string;
  readonly destroyedAt: string;
}
/** What is left to be removed stands here, before it is: so that a process that dies in between loses no count. */
export interface LeftToRemove {
  readonly blobs: { readonly count: number; readonly bytes: number };
  /** Look-ups by kind (`email`, `national-id`). */
  readonly blindIndexes: Readonly<Record<string, number>>;
}
export type KeysDestroyed = DomainEvent<
  'KeysDestroyed',
  InRound & { readonly keys: readonly DestroyedKey[]; readonly left: LeftToRemove; readonly destroyedAt: string }
>;
export type BlobsDeleted = DomainEvent<
  'BlobsDeleted',
  InRound & LeftToRemove['blobs'] & { readonly retentionClasses: readonly string[]; readonly deletedAt: string }
>;
export type BlindIndexesRemoved = DomainEvent<
  'BlindIndexesRemoved',
  InRound & {
    readonly byKind: LeftToRemove['blindIndexes'];
    readonly retentionClasses: readonly string[];
    readonly removedAt: string;
  }
>;

export interface Rescan {
  readonly tables: readonly string[];
  /** Rows of look-ups that are left for what was erased: 0. */
  readonly rows: number;
  /** Rows that hold ciphertext under a destroyed key: they stay until the read model is built anew, and nobody can open them. */
  readonly sealedRows: number;
  /** Sealed fields whose key is there: 0. */
  readonly readable: number;
}
export type TablesRescanned = DomainEvent<'TablesRescanned', InRound & Rescan & { readonly scannedAt: string }>;

export type Told =
  | { readonly outcome: 'told'; readonly messageId: string; readonly transport: string }
  | { readonly outcome: 'retry'; readonly reason: string; readonly retryAt: string }
  | { readonly outcome: 'given-up'; readonly reason: string };
/** One attempt at telling one recipient (GDPR art. 19). */
export type RecipientInformed = DomainEvent<
  'RecipientInformed',
  InRound & { readonly recipient: string; readonly attempt: number; readonly at: string; readonly told: Told }
>;
/** All recipients of what was erased were told, or could not be. */
export type RecipientsNotified = DomainEvent<
  'RecipientsNotified',
  InRound & {
    readonly recipients: readonly {
      readonly recipient: string;
      readonly at: string;
      readonly attempts: number;
      readonly told: Exclude<Told, { readonly outcome: 'retry' }>;
    }[];
    readonly template: { readonly id: string; readonly version: number; readonly hash: string };
    readonly notifiedAt: string;
  }
>;

/** Backups made before hold keys still: until the day on which the last of them is gone, the data is unreadable in operation, and no more is said. */
export type BackupExpiryScheduled = DomainEvent<
  'BackupExpiryScheduled',
  InRound & { readonly latest: Day; readonly rule: { readonly ruleId: string; readonly version: number; readonly length: string } }
>;
export type BackupExpiryReached = DomainEvent<'BackupExpiryReached', InRound & { readonly reachedAt: string }>;
/** Nothing is deferred, and no backup holds a key. */
export type ErasureCompleted = DomainEvent<'ErasureCompleted', OnErasure & { readonly rounds: number; readonly completedAt: string }>;

/** What the streams of all erasures begin with. */
export const erasureStreams = 'erasure-';
export const erasureStream = (erasureId: string): string => `${erasureStreams}${erasureId}`;
