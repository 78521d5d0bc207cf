/** Who issued a command: a pseudonym (services may be named, people never are) and the role in which they acted. */
export interface Actor {
  readonly id: string;
  readonly role: Role | 'system';
}

export const roles = ['service', 'case-worker', 'privacy-officer', 'auditor', 'admin'] as const;
export type Role = (typeof roles)[number];

/** A fact: past tense, plain data, versioned. Personal fields in `data` are sealed, never clear. */
export interface DomainEvent<Type extends string = string, Data extends object = object> {
  readonly type: Type;
  readonly data: Data;
}

/** What stands beside a fact in the log. Never holds personal data. */
export interface EventMetadata {
  /** Version of this event type's shape; 1 where absent. */
  readonly schema: number;
  /** The command that led to the event (uuid); the same for everything that command caused. */
  readonly correlationId: string;
  /** The command or event that directly caused it (uuid). */
  readonly causationId: string;
  readonly actor: Actor;
  /** Instant at which the decision was taken (ISO 8601, UTC). */
  readonly decidedAt: string;
}

/** An event as read back from the log. */
export interface Recorded<E extends DomainEvent = DomainEvent> {
  readonly id: string;
  readonly stream: string;
  readonly revision: bigint;
  /** Commit position in `$all`. */
  readonly position: bigint;
  /** Instant at which the log recorded it (UTC). */
  readonly recordedAt: Date;
  readonly event: E;
  readonly metadata: EventMetadata;
}
