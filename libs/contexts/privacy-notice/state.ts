import type { Statement } from '@hjemmel/admission';
import { fold } from '@hjemmel/kernel';
import type { Classification, CoveredPart, Language, PrivacyNoticeEvent } from './events';

/** A published version: what admission needs of it, and what else is known of it without its text. */
export interface PublishedStatement extends Statement {
  /** Instant (ISO 8601, UTC). */
  readonly publishedAt: string;
  readonly reason: string;
  /** Anchors of its sections, in the order of the text. */
  readonly sections: readonly string[];
  readonly classification?: Classification;
  /** What the register declared when it was published; absent for a first version that was published before the register was there. */
  readonly covers?: readonly CoveredPart[];
  /** SHA-256 (hex) by language. */
  readonly hashes: Readonly<Partial<Record<Language, string>>>;
}

/** Oldest first. */
export interface PrivacyNotice {
  readonly versions: readonly PublishedStatement[];
}

export const nothingPublished: PrivacyNotice = { versions: [] };

export function evolve(notice: PrivacyNotice, { data }: PrivacyNoticeEvent): PrivacyNotice {
  const [authoritative] = data.texts;
  const published: PublishedStatement = {
    version: data.version,
    hash: authoritative?.sha256 ?? '',
    effectiveFrom: data.effectiveFrom,
    publishedAt: data.publishedAt,
    reason: data.reason,
    sections: authoritative?.sections.map(({ id }) => id) ?? [],
    ...(data.classification && { classification: data.classification }),
    ...(data.covers && { covers: data.covers }),
    hashes: Object.fromEntries(data.texts.map(({ language, sha256 }) => [language, sha256])),
  };
  return { versions: [...notice.versions, published] };
}

/** All versions in the order in which they were published. */
export const statementsFrom = (events: Iterable<PrivacyNoticeEvent>): readonly PublishedStatement[] =>
  fold(evolve, nothingPublished, events).versions;

/**
 * The version in force at an instant: the one that took effect last, and of two that take effect together the one published later.
 * @param statements in the order in which they were published
 * @param instant a `Date`, or ISO 8601 text with an offset
 * @returns undefined where none had taken effect yet
 */
export function statementInForce<S extends Statement>(statements: readonly S[], instant: Date | string): S | undefined {
  const at = new Date(instant).getTime();
  let found: S | undefined;
  for (const statement of statements) {
    const from = Date.parse(statement.effectiveFrom);
    if (from <= at && (!found || from >= Date.parse(found.effectiveFrom))) found = statement;
  }
  return found;
}
