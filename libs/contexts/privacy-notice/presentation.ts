import { decider, DomainEvent, refuse } from '@hjemmel/kernel';
import type { Language } from './events';

export const presentationStream = (presentationId: string): string => `statementPresentation-${presentationId}`;

export const surfaces = ['order-form', 'account', 'cookie-dialog', 'statement-page', 'e-mail', 'letter'] as const;
export type Surface = (typeof surfaces)[number];

/** Whom it was shown to: a known person under an admission, or a session that is a random pseudonym. */
export type Reader =
  | { readonly kind: 'data-subject'; readonly subjectId: string; readonly admission: string }
  | { readonly kind: 'session'; readonly session: string };

/** The statement was put before somebody (promise P-03). It says that it was shown, never that it was agreed to. */
export type PrivacyStatementPresented = DomainEvent<
  'PrivacyStatementPresented',
  {
    readonly presentationId: string;
    readonly version: string;
    /** SHA-256 (hex) of the text shown. */
    readonly hash: string;
    readonly locale: Language;
    readonly surface: Surface;
    readonly to: Reader;
    readonly presentedAt: string;
  }
>;

export interface RecordPresentation {
  readonly type: 'RecordPresentation';
  readonly presentationId: string;
  readonly version: string;
  readonly locale: Language;
  readonly surface: Surface;
  readonly to: Reader;
  readonly at: Date;
  /** Hashes of the version's texts by language; undefined for a version that was never published. */
  readonly hashes: Readonly<Partial<Record<Language, string>>> | undefined;
}

/** One presentation is one stream: nothing about it is decided twice. */
export const presentation = decider<
  RecordPresentation,
  PrivacyStatementPresented['data'] | undefined,
  PrivacyStatementPresented,
  'unknown-version' | 'no-such-language'
>({
  stream: ({ presentationId }) => presentationStream(presentationId),
  initial: undefined,
  evolve: (_, { data }) => data,
  decide: {
    RecordPresentation: ({ presentationId, version, locale, surface, to, at, hashes }, known) => {
      if (known) return [];
      if (!hashes) return refuse('unknown-version', 'P-03');
      const hash = hashes[locale];
      if (hash === undefined) return refuse('no-such-language', 'GDPR art. 12(1)');
      return [
        {
          type: 'PrivacyStatementPresented',
          data: { presentationId, version, hash, locale, surface, to, presentedAt: at.toISOString() },
        },
      ];
    },
  },
});
