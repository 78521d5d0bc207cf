import { createHash } from 'node:crypto';
import type { Actor } from '@hjemmel/kernel';
import { startOfDay } from '@hjemmel/kernel/calendar';
import type { PublishStatement } from '../decider';
import type { Classification, CoveredPart, StatementText } from '../events';

/** A version as its authors hand it in. */
export interface StatementDraft {
  readonly version: string;
  /** The day (YYYY-MM-DD, Europe/Oslo) with whose beginning it takes effect. */
  readonly effectiveOn: string;
  readonly reason: string;
  /** The authoritative text first. */
  readonly texts: readonly Omit<StatementText, 'sha256'>[];
}

/** What a version is measured against besides its own text. */
export interface PublicationContext {
  readonly publishedAt: Date;
  readonly approvedBy: Actor;
  readonly proposedBy?: string;
  readonly classification?: Classification;
  readonly adds?: readonly CoveredPart[];
  readonly covers?: readonly CoveredPart[];
  readonly coveredBefore?: readonly CoveredPart[];
  readonly needs?: readonly string[];
}

/**
 * The command that publishes a draft; hashes are computed here and never taken from outside.
 * @throws RangeError where `effectiveOn` is no date
 */
export const publishStatement = (
  { version, effectiveOn, reason, texts }: StatementDraft,
  { publishedAt, adds = [], covers = [], coveredBefore = [], needs = [], ...approval }: PublicationContext,
): PublishStatement => ({
  type: 'PublishStatement',
  version,
  effectiveFrom: startOfDay(effectiveOn),
  publishedAt: publishedAt.toISOString(),
  reason,
  ...approval,
  adds,
  covers,
  coveredBefore,
  needs,
  texts: texts.map((text) => ({ ...text, sha256: sha256(text.text) })),
});

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
