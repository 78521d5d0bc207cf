import type { DomainEvent } from '@hjemmel/kernel';

/** The facts of one run of the retention, `retentionRun-<id>`. No field here holds personal data. */
export type RetentionRunEvent = RetentionRunRequested | RetentionRunStarted | RetentionDue | RetentionDealtWith | RetentionRunCompleted;

interface OnRun {
  /** The day (Europe/Oslo) of a run by schedule; an id made by chance where a person asked for it. */
  readonly runId: string;
}

/** A person asked for a run, or for an account of what one would do. */
export type RetentionRunRequested = DomainEvent<
  'RetentionRunRequested',
  OnRun & { readonly commandId: string; readonly dryRun: boolean; readonly requestedAt: string }
>;

export type RetentionRunStarted = DomainEvent<
  'RetentionRunStarted',
  OnRun & {
    readonly dryRun: boolean;
    /** What is over at this instant (ISO 8601, UTC) is due in this run, however long it takes. */
    readonly at: string;
    /** The retention rules as they stood, and position of the last event of register and rules that was known (promise P-62). */
    readonly rules: readonly { readonly ruleId: string; readonly version: number; readonly confirmed: boolean }[];
    readonly knownUpTo: string;
  }
>;

/** What is over for one person under one rule. */
export interface DueItem {
  readonly subjectId: string;
  readonly rule: string;
  readonly ruleVersion: number;
  /** Each with the last day on which it was to be kept. */
  readonly classes: readonly { readonly retentionClass: string; readonly until: string }[];
  /** Follows from the keys: another run comes to the same, and erases nothing twice. */
  readonly erasureId: string;
}

/** Said before anything is done about it, so that a run that breaks off is found where it stood. */
export type RetentionDue = DomainEvent<'RetentionDue', OnRun & { readonly batch: number; readonly items: readonly DueItem[] }>;

/** Why a person's data is kept though its time is over: exception, article, and until when, where a day is known. */
export interface Because {
  readonly exception: string;
  readonly legal: string;
  readonly until?: string;
}

/** What became of an item; in a dry run, what would. */
export type Outcome =
  | { readonly outcome: 'begun' }
  | { readonly outcome: 'deferred'; readonly because: Because }
  /** The erasure was refused; the next run tries anew. */
  | { readonly outcome: 'failed'; readonly reason: string };

export type RetentionDealtWith = DomainEvent<
  'RetentionDealtWith',
  OnRun & { readonly batch: number; readonly outcomes: readonly (Outcome & { readonly erasureId: string })[] }
>;

/** Retention classes of persons, counted. */
export interface RunCounts {
  readonly due: number;
  /** Erasure begun; in a dry run: would be. */
  readonly deleted: number;
  readonly deferred: readonly (Because & { readonly count: number })[];
  readonly failed: number;
}

/** What no run lets go: the length that decides is assumed, a rule has none, or there is no rule (conflict T-14, promise P-68). */
export interface Unsettled {
  readonly waiting: number;
  readonly refused: number;
  readonly unruled: number;
}

export type RetentionRunCompleted = DomainEvent<
  'RetentionRunCompleted',
  OnRun & { readonly dryRun: boolean; readonly completedAt: string } & RunCounts & Unsettled
>;

/** What the streams of all runs begin with. */
export const retentionRunStreams = 'retentionRun-';
export const retentionRunStream = (runId: string): string => `${retentionRunStreams}${runId}`;
