import { Decision, DomainEvent, isRefusal } from '@hjemmel/kernel';
import type { Found, Kind } from './findings';
import { differingPaths, isSame, shownAt } from './same';

/** What is wrong with an event that a decider is said to have decided, given what it decides: nothing where that is the very same event. */
export function differenceFrom(decision: Decision<DomainEvent>, { type, data }: DomainEvent, kind: Kind): Found | undefined {
  if (isRefusal(decision)) {
    const { refused, legal } = decision;
    return { kind, expected: `refused: ${refused}`, recorded: type, ...(legal !== undefined && { law: legal }) };
  }
  const [decided, ...more] = decision;
  if (!decided || more.length > 0) return { kind, expected: decided ? `${decision.length} events` : 'nothing to do', recorded: type };
  if (decided.type === type && isSame(decided.data, data)) return undefined;
  const paths = differingPaths(decided.data, data);
  return { kind, expected: shownAt(decided.data, paths), recorded: shownAt(data, paths) };
}
