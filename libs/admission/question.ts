import type { Activity, Agreement, RefusalRule, RequestedUse, Standing, Statement } from './types';

/** Everything a verdict depends on, as plain values: a handler gives what holds now, an auditor what held then. */
export interface Question {
  readonly standing: Standing;
  /** The register's entry for the activity asked for, if there is one. */
  readonly activity: Activity | undefined;
  /** The statement in force at the instant. */
  readonly statement: Statement | undefined;
  /** The agreement with the person's controller, where that is a customer who has one or had one. */
  readonly agreement: Agreement | undefined;
  readonly use: RequestedUse;
  readonly at: Date;
  /** Organisation number of the company that runs this program. */
  readonly company: string;
}

export type OfActivity = Question & { readonly activity: Activity };

export interface Reason {
  readonly rule: RefusalRule;
  /** Article or statute that the rule implements. */
  readonly legal: string;
}

/** What uses are measured against besides the person's own ledger, as somebody knew it at an instant. */
export interface Norms {
  /** The register's entries by id. */
  readonly register: ReadonlyMap<string, Activity>;
  /** The statement in force. */
  readonly statement: Statement | undefined;
  /** Agreements with customers, by the names that ledgers give them. */
  readonly agreements: ReadonlyMap<string, Agreement>;
  /** Position in the log (decimal) of the last event that went into it, `-1` where there was none: who replays the log knows the same. */
  readonly knownUpTo: string;
  /** Organisation number of the company that runs this program. */
  readonly company: string;
}

/** The question whether one person's data may be used, put against norms. */
export const questionOf = (norms: Norms, standing: Standing, use: RequestedUse, at: Date): Question => ({
  standing,
  activity: norms.register.get(use.activity),
  statement: norms.statement,
  agreement: norms.agreements.get(standing.controller),
  use,
  at,
  company: norms.company,
});
