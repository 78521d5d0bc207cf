import type { Actor, DomainEvent } from '@hjemmel/kernel';

/** Data is kept for a claim (GDPR art. 17(3)(e)): of one person, or of all whom the company knows through one customer. */
export type HoldEvent = HoldPlaced | HoldReleased;

/** A pseudonym, or the name that ledgers give a customer. */
export type HoldTarget = { readonly subjectId: string } | { readonly customer: string };

interface OnHold {
  readonly holdId: string;
  readonly commandId: string;
  readonly on: HoldTarget;
  /** In words that name nobody. */
  readonly reason: string;
  /** Who prepared it: somebody else than who decides. */
  readonly proposedBy: string;
}

export type HoldPlaced = DomainEvent<
  'HoldPlaced',
  OnHold & {
    /** Where the claim is written down. */
    readonly document: string;
    readonly placedBy: Actor;
    readonly placedAt: string;
  }
>;

export type HoldReleased = DomainEvent<'HoldReleased', OnHold & { readonly releasedBy: Actor; readonly releasedAt: string }>;

/** One stream for each target: who decides on an erasure reads the holds that concern it, and no others. */
export const holdStream = (on: HoldTarget): string => `legalHold-${'subjectId' in on ? on.subjectId : on.customer}`;
