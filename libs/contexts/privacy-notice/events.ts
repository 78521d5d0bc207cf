import type { Actor, DomainEvent } from '@hjemmel/kernel';

/** All versions of the one statement stand in one stream, so that their order is the log's. */
export const statementStream = 'privacyNotice-statement';

export type Language = 'nb' | 'en';

/** A part of the text that can be referred to; `id` is its anchor and the same in every language. */
export interface StatementSection {
  readonly id: string;
  /** The line of the text with which the section begins. */
  readonly heading: string;
}

export interface StatementText {
  readonly language: Language;
  /** The whole text, byte for byte as published (it is public and holds no personal data). */
  readonly text: string;
  /** SHA-256 of the text's UTF-8 bytes, hex. */
  readonly sha256: string;
  readonly sections: readonly StatementSection[];
}

export type PrivacyStatementPublished = DomainEvent<
  'PrivacyStatementPublished',
  {
    /** The date that the text gives itself, for example `2023-12-20`. */
    readonly version: string;
    /** Instants (ISO 8601, UTC). */
    readonly effectiveFrom: string;
    readonly publishedAt: string;
    /** Why there is a new version (promise P-81). */
    readonly reason: string;
    readonly approvedBy: Actor;
    /** Who prepared it: somebody else than who approved it. Absent where the program came with it. */
    readonly proposedBy?: string;
    /** Absent for the first version, which changes nothing. */
    readonly classification?: Classification;
    /** What the company does with data that it did not when the version before was published. */
    readonly additions?: readonly CoveredPart[];
    /** What the register declared when this was published: what the next version is compared with. */
    readonly covers?: readonly CoveredPart[];
    /** The first is the authoritative one: admissions cite its hash. */
    readonly texts: readonly StatementText[];
  }
>;

/** Whether those affected must be told of a change (promise P-82), and why it was taken for that. */
export interface Classification {
  readonly kind: 'minor' | 'material';
  readonly reasons: string;
}

export const partKinds = ['purpose', 'recipient', 'category', 'basis'] as const;
export type PartKind = (typeof partKinds)[number];

/** `purpose:C-4:marketing`: kind, activity and name of something that the statement must tell people of. */
export type CoveredPart = `${PartKind}:${string}:${string}`;

export type PrivacyNoticeEvent = PrivacyStatementPublished;
