import type { Classification, CoveredPart, StatementText } from './events';

/** A published version with its texts. */
export interface StatementVersion {
  readonly version: string;
  /** Instants (ISO 8601, UTC). */
  readonly effectiveFrom: string;
  readonly publishedAt: string;
  /** When the log recorded it: who was known then is affected by it. */
  readonly recordedAt: string;
  readonly position: bigint;
  readonly reason: string;
  readonly approvedBy: string;
  readonly proposedBy: string | null;
  readonly classification: Classification | null;
  readonly additions: readonly CoveredPart[];
  /** The authoritative one first. */
  readonly texts: readonly StatementText[];
}

/** The published versions of the privacy statement. */
export abstract class Statements {
  /** Oldest first. */
  abstract all(): Promise<readonly StatementVersion[]>;
  abstract find(version: string): Promise<StatementVersion | undefined>;
  abstract inForceAt(instant: Date): Promise<StatementVersion | undefined>;
}
