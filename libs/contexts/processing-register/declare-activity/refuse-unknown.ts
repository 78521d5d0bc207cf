import { Problem } from '@hjemmel/kernel';
import type { KnownParts } from '../decider';
import type { ActivityEntry } from '../events';
import { entryFaults } from './entry-faults';

/** @throws Problem 422 that lists every code that is not known */
export function refuseUnknown(entry: ActivityEntry, known: KnownParts): void {
  const errors = entryFaults(entry, known);
  if (errors.length === 0) return;
  throw new Problem({ type: '/problems/invalid-values', title: 'Some values are not valid', status: 422, errors });
}
