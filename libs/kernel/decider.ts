import { DomainEvent } from './event';

/** A decision against: a reason from the context's closed list, the law behind it, and the events that record it (often none). */
export interface Refusal<Reason extends string = string, E = never> {
  readonly refused: Reason;
  /** Article or statute that the rule implements, for example `GDPR art. 18(2)`. */
  readonly legal?: string;
  readonly events: readonly E[];
}

export type Decision<E, Reason extends string = string> = readonly E[] | Refusal<Reason, E>;

export const refuse = <Reason extends string, E = never>(refused: Reason, legal?: string, events: readonly E[] = []): Refusal<Reason, E> =>
  legal === undefined ? { refused, events } : { refused, legal, events };

export const isRefusal = <E, R extends string>(decision: Decision<E, R>): decision is Refusal<R, E> => !Array.isArray(decision);

type CommandOf = { readonly type: string };

/** How a stream that grows long stays quick to read: every so many events one that holds the whole state, from which reading begins. */
export interface Summary<S, E> {
  /** Events between two summaries. */
  readonly every: number;
  readonly of: (state: S, stream: string) => E;
  /** The state that a summary holds; nothing where the event is none, or one of another fold. */
  readonly from: (event: E) => S | undefined;
}

/** `decide` is a table with one row for each command type: leaving one out does not compile. Doing nothing is `[]`. */
export interface Decider<C extends CommandOf, S, E extends DomainEvent, Reason extends string = string> {
  readonly stream: (command: C) => string;
  readonly initial: S;
  readonly evolve: (state: S, event: E) => S;
  readonly summary?: Summary<S, E>;
  readonly decide: { readonly [T in C['type']]: (command: Extract<C, { type: T }>, state: S) => Decision<E, Reason> };
}

export const decider = <C extends CommandOf, S, E extends DomainEvent, Reason extends string = string>(
  rules: Decider<C, S, E, Reason>,
): Decider<C, S, E, Reason> => rules;

/** Runs the one row of the table that belongs to the command. Pure. */
export function decide<C extends CommandOf, S, E extends DomainEvent, R extends string>(
  { decide: table }: Decider<C, S, E, R>,
  command: C,
  state: S,
): Decision<E, R> {
  const rule = table[command.type as C['type']] as (command: C, state: S) => Decision<E, R>;
  return rule(command, state);
}

export const fold = <S, E>(evolve: (state: S, event: E) => S, initial: S, events: Iterable<E>): S => {
  let state = initial;
  for (const event of events) state = evolve(state, event);
  return state;
};
