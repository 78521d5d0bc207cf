import type { Purpose } from '@hjemmel/admission';
import type { DomainEvent } from '@hjemmel/kernel';

/** What a ledger says of consent: asked for, given, refused and withdrawn for one purpose at a time (GDPR art. 4(11), 7). */
export type ConsentEvent = ConsentGiven | ConsentRefused | ConsentWithdrawn;

/** What the person was shown: version, language and SHA-256 (hex) of the wording (GDPR art. 7(1)). */
export interface Wording {
  readonly version: string;
  readonly locale: 'nb' | 'en';
  readonly hash: string;
}

/** A choice at a surface (`order-form`, `cookie-dialog`), and how many steps it took: a withdrawal must need no more than the giving (art. 7(3)). */
interface Choice {
  readonly consentId: string;
  readonly subjectId: string;
  readonly purpose: Purpose;
  readonly surface: string;
  readonly steps: number;
}

/** A signal of the device in place of a click: Global Privacy Control (`Sec-GPC: 1`). It refuses and withdraws; it never gives (art. 21(5)). */
interface Signalled {
  readonly signal?: 'gpc';
}

export type ConsentGiven = DomainEvent<'ConsentGiven', Choice & { readonly wording: Wording; readonly givenAt: string }>;

export type ConsentRefused = DomainEvent<'ConsentRefused', Choice & Signalled & { readonly wording: Wording; readonly refusedAt: string }>;

export type ConsentWithdrawn = DomainEvent<
  'ConsentWithdrawn',
  Choice &
    Signalled & {
      readonly commandId: string;
      /** How many the giving took. */
      readonly stepsToGive?: number;
      readonly withdrawnAt: string;
    }
>;
