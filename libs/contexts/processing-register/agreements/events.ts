import type { Actor, DomainEvent } from '@hjemmel/kernel';

export const agreementStream = (customer: string): string => `processingAgreement-${customer}`;
/** What the streams of all agreements begin with. */
export const agreementStreams = 'processingAgreement-';

interface OnAgreement {
  /** The customer as ledgers name it: organisation number, or `enk-<pseudonym>` for a sole trader. */
  readonly customer: string;
}

/** The customer and the company agreed on what the company does for it (GDPR art. 28(3)). A new version takes the place of the one before. */
export type ProcessingAgreementConcluded = DomainEvent<
  'ProcessingAgreementConcluded',
  OnAgreement & {
    /** Version of the agreement's text, and its SHA-256 (hex). */
    readonly version: string;
    readonly sha256: string;
    /** Instant from which it holds (ISO 8601, UTC). */
    readonly from: string;
    /** Activities that it instructs. */
    readonly activities: readonly string[];
    readonly concludedBy: Actor;
  }
>;

/** A documented instruction besides the agreement, or its end (GDPR art. 28(3)(a)). */
export type InstructionGiven = DomainEvent<
  'InstructionGiven',
  OnAgreement & { readonly activities: readonly string[]; readonly document: string; readonly from: string; readonly recordedBy: Actor }
>;
export type InstructionWithdrawn = DomainEvent<
  'InstructionWithdrawn',
  OnAgreement & { readonly activities: readonly string[]; readonly document: string; readonly until: string; readonly recordedBy: Actor }
>;

/** From then on what is there is only kept, to be returned or deleted (GDPR art. 28(3)(g)). */
export type ProcessingAgreementEnded = DomainEvent<
  'ProcessingAgreementEnded',
  OnAgreement & { readonly until: string; readonly reason: string; readonly endedBy: Actor }
>;

export type AgreementEvent = ProcessingAgreementConcluded | InstructionGiven | InstructionWithdrawn | ProcessingAgreementEnded;
