import type { Recorded } from '@hjemmel/kernel';

interface KindOfFinding {
  /** What it offends where the rule that it breaks names nothing more exact. */
  readonly law: string;
  readonly severity: 'violation' | 'notice';
}

const violation = (law: string): KindOfFinding => ({ law, severity: 'violation' });

/** The closed list of what can be wrong with a log. */
export const kinds = {
  'verdict-differs': violation('GDPR art. 6(1)'),
  'refusal-differs': violation('GDPR art. 5(2)'),
  'ground-differs': violation('GDPR art. 5(2), 6(1)'),
  'cites-not-in-force': violation('GDPR art. 13(1), 30(1)'),
  'fact-without-admission': violation('GDPR art. 6(1)'),
  'admission-misused': violation('GDPR art. 5(1)(b)'),
  'key-not-committed': violation('GDPR art. 32(1)(a)'),
  'read-differs': violation('GDPR art. 5(2), 6(1)'),
  'read-not-narrowed': violation('GDPR art. 18(2)'),
  'ledger-broken': violation('GDPR art. 5(2)'),
  'stream-broken': violation('GDPR art. 5(2)'),
  'lifted-untold': violation('GDPR art. 18(3)'),
  'objection-overruled-unlawfully': violation('GDPR art. 21(1)'),
  'consent-broken': violation('GDPR art. 7(1), 7(3)'),
  'disclosure-broken': violation('GDPR art. 5(2), 30(1)(d)'),
  'summary-differs': violation('GDPR art. 5(2)'),
  'register-changed-unlawfully': violation('GDPR art. 5(2), 30(1)'),
  'agreement-changed-unlawfully': violation('GDPR art. 28(3)'),
  'statement-misclassified': violation('GDPR art. 13(3), 14(4); P-82'),
  'event-id-not-derived': violation('GDPR art. 5(2)'),
  'personal-data-in-clear': violation('GDPR art. 25(1), 32(1)(a)'),
  'observed-undeclared': violation('GDPR art. 30(1)'),
  'observed-field-unknown': violation('GDPR art. 30(1)(c)'),
  'admission-unused': { law: 'GDPR art. 5(2)', severity: 'notice' },
} as const satisfies Readonly<Record<string, KindOfFinding>>;

export type Kind = keyof typeof kinds;

/** What a check found in an event. Expected and recorded are codes, never personal data. */
export interface Found {
  readonly kind: Kind;
  readonly subjectId?: string;
  readonly expected?: string;
  readonly recorded?: string;
  readonly law?: string;
}

/** Where an event stands. */
export interface Place {
  /** Position in the log and revision in the stream, decimal. */
  readonly position: string;
  readonly stream: string;
  readonly revision: string;
  readonly event: string;
  readonly eventId: string;
  /** Instant (ISO 8601, UTC). */
  readonly recordedAt: string;
}

export interface Finding extends Found, Place {
  readonly law: string;
  readonly severity: KindOfFinding['severity'];
}

export const placeOf = ({ id, stream, revision, position, recordedAt, event }: Recorded): Place => ({
  position: String(position),
  stream,
  revision: String(revision),
  event: event.type,
  eventId: id,
  recordedAt: recordedAt.toISOString(),
});

export const findingAt = (place: Place, { kind, ...found }: Found): Finding => ({
  severity: kinds[kind].severity,
  kind,
  law: kinds[kind].law,
  ...found,
  ...place,
});
