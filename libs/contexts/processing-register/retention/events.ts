import type { Actor, DomainEvent } from '@hjemmel/kernel';

export const retentionRuleStream = (ruleId: string): string => `retentionRule-${ruleId}`;
/** What the streams of all rules begin with. */
export const retentionRuleStreams = 'retentionRule-';

/** How long data is kept (GDPR art. 30(1)(f); promise P-62). */
export interface RetentionRule {
  /** What starts the period. */
  readonly trigger: string;
  /** ISO 8601 duration from the trigger; absent where the trigger itself ends the keeping. */
  readonly length?: string;
  readonly basis: string;
  readonly note?: string;
  /** False where the length is a default that the company has not confirmed. */
  readonly confirmed: boolean;
}

interface OnRule {
  readonly ruleId: string;
  /** 1 when set first, one more each time it is set anew. */
  readonly version: number;
}

export type RetentionRuleSet = DomainEvent<
  'RetentionRuleSet',
  OnRule & { readonly rule: RetentionRule; readonly reason: string; readonly approvedBy: Actor; readonly proposedBy?: string }
>;

/** A person stands for a rule that was assumed until then. */
export type RetentionRuleConfirmed = DomainEvent<
  'RetentionRuleConfirmed',
  OnRule & { readonly reason: string; readonly document: string; readonly confirmedBy: Actor }
>;

export type RetentionRuleEvent = RetentionRuleSet | RetentionRuleConfirmed;
