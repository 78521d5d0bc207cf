import { Query } from '@nestjs/cqrs';

export const dueStates = ['due', 'waiting-for-confirmation', 'refused-no-length', 'no-rule'] as const;
export type DueState = (typeof dueStates)[number];

/** One retention class of one person. Names no personal data. */
export interface DueRow {
  readonly subjectId: string;
  readonly retentionClass: string;
  readonly state: DueState;
  readonly rule: string | null;
  readonly ruleVersion: number | null;
  readonly activity: string | null;
  readonly customer: string | null;
  readonly trigger: string | null;
  readonly until: string | null;
  /** ISO 8601, UTC; of what has no end: the beginning of time. */
  readonly overAt: string;
}

export interface DuePlace {
  readonly overAt: string;
  readonly subjectId: string;
  readonly retentionClass: string;
}

export interface DuePage {
  readonly items: readonly DueRow[];
  readonly next: DuePlace | undefined;
  /** Position of the log up to which everybody was looked at; -1n where nobody was. */
  readonly lookedUpTo: bigint;
}

/** What is over at an instant, the longest first; or what no run lets go at any. */
export class ListDue extends Query<DuePage> {
  constructor(
    readonly at: Date,
    readonly state: DueState | undefined,
    readonly page: { readonly limit: number; readonly behind: DuePlace | undefined },
  ) {
    super();
  }
}
