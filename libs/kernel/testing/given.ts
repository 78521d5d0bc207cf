import { decide, Decider, fold, isRefusal } from '../decider';
import { DomainEvent } from '../event';

/**
 * Given / when / then for deciders:
 * `given(restriction)(subjectRegistered(kari)).when(restrict(kari)).then(processingRestricted(kari))`.
 */
export const given =
  <C extends { readonly type: string }, S, E extends DomainEvent, R extends string>(rules: Decider<C, S, E, R>) =>
  (...history: readonly E[]) => ({
    when: (command: C) => {
      const decision = decide(rules, command, fold(rules.evolve, rules.initial, history));
      return {
        /** Exactly these events, and no refusal. */
        then: (...expected: readonly E[]) => {
          expect(decision).toEqual(expected);
        },
        nothing: () => {
          expect(decision).toEqual([]);
        },
        refused: (reason: R, ...expected: readonly E[]) => {
          if (!isRefusal(decision)) throw new Error(`expected the refusal ${reason}, got ${JSON.stringify(decision)}`);
          expect(decision.refused).toBe(reason);
          expect(decision.events).toEqual(expected);
        },
        /** Refused for a reason that rests on an article or statute, and nothing of it on record. */
        refusedUnder: (legal: string, reason: R) => {
          expect(decision).toEqual({ refused: reason, legal, events: [] });
        },
      };
    },
  });
