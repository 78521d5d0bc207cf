import type { Activity, Agreement, Norms } from '@hjemmel/admission';
import {
  evolvePrivacyNotice,
  nothingPublished,
  PrivacyNotice,
  PrivacyNoticeEvent,
  statementInForce,
  statementStream,
} from '@hjemmel/contexts/privacy-notice/contract';
import {
  AgreementEvent,
  agreementStreams,
  activityStreams,
  company,
  evolveActivity,
  evolveAgreement,
  evolveRule,
  KnownRule,
  ProcessingActivityEvent,
  RegisteredActivity,
  registerOf,
  RetentionRuleEvent,
  retentionRuleStreams,
} from '@hjemmel/contexts/processing-register/contract';
import type { Recorded } from '@hjemmel/kernel';

/** All that uses are measured against besides the person's own ledger, folded from its streams. */
export interface Known {
  readonly entries: ReadonlyMap<string, RegisteredActivity>;
  readonly rules: ReadonlyMap<string, KnownRule>;
  /** Follows from the two. */
  readonly register: ReadonlyMap<string, Activity>;
  readonly notice: PrivacyNotice;
  readonly agreements: ReadonlyMap<string, Agreement>;
}

export const nothingKnown: Known = {
  entries: new Map(),
  rules: new Map(),
  register: new Map(),
  notice: nothingPublished,
  agreements: new Map(),
};

/** What the streams begin with from which {@link Known} is folded. */
export const normStreams: readonly string[] = [activityStreams, retentionRuleStreams, statementStream, agreementStreams];

/**
 * @param agreements the agreements known so far; the fold adds to it in place. There is one for each customer: copying them all with each event
 * would make reading them cost the square of their number.
 */
export function evolveKnown(
  known: Known,
  { stream, event }: Pick<Recorded, 'stream' | 'event'>,
  agreements: Map<string, Agreement>,
): Known {
  if (stream.startsWith(agreementStreams)) {
    const change = event as AgreementEvent;
    const agreement = evolveAgreement(agreements.get(change.data.customer), change);
    if (agreement) agreements.set(change.data.customer, agreement);
    return known.agreements === agreements ? known : { ...known, agreements };
  }
  if (stream === statementStream) return { ...known, notice: evolvePrivacyNotice(known.notice, event as PrivacyNoticeEvent) };
  if (stream.startsWith(retentionRuleStreams)) {
    const change = event as RetentionRuleEvent;
    const rule = evolveRule(known.rules.get(change.data.ruleId), change);
    return rule ? withRegister({ ...known, rules: new Map(known.rules).set(rule.ruleId, rule) }) : known;
  }
  const change = event as ProcessingActivityEvent;
  const entry = evolveActivity(known.entries.get(change.data.activityId), change);
  return entry ? withRegister({ ...known, entries: new Map(known.entries).set(entry.activityId, entry) }) : known;
}

function withRegister(known: Known): Known {
  return { ...known, register: registerOf(known.entries, new Map([...known.rules].map(([id, { rule }]) => [id, rule]))) };
}

/** @param position of the last event that was folded in, in the log */
export const normsOf = ({ register, notice, agreements }: Known, position: bigint, instant: Date): Norms => ({
  register,
  statement: statementInForce(notice.versions, instant),
  agreements,
  knownUpTo: String(position),
  company,
});
