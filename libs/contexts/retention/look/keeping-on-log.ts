import type { EventLog } from '@hjemmel/event-store';
import { standingsOf } from '../due/due';
import type { KeepingNorms } from '../due/norms';
import type { KeepingOf } from '../erasure/facts';
import { heldOnLedger } from './keeping';

/** What rules keep of a person still, by the ledger as it is now: everything that is not due, waits for a confirmation or has no rule at all. */
export const keepingOnLog =
  (log: EventLog, norms: () => KeepingNorms): KeepingOf =>
  async (subjectId, at) => {
    const held = await heldOnLedger(log, subjectId);
    if (!held) return { kept: [], changes: 0 };
    const kept = standingsOf(held, norms(), at).filter(({ state }) => state !== 'due');
    return {
      kept: kept.map(({ retentionClass, state, until }) => ({ retentionClass, ...(state === 'kept' && until !== undefined && { until }) })),
      changes: held.changes,
    };
  };
