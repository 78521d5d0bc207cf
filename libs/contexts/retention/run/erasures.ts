import type { CommandContext } from '@hjemmel/event-store';
import type { RetentionAsked } from '../erasure/for-retention';
import type { Because } from './events';

export interface ErasureAnswer {
  readonly erasureId: string;
  readonly outcome: 'begun' | 'deferred';
  readonly because?: Because;
}

/** Has an erasure decided on the ledger, the holds and the vault as they are, and begins it. @throws Problem where it is refused */
export type BeginErasure = (asked: RetentionAsked, context: CommandContext) => Promise<ErasureAnswer>;

export interface ScheduledErasures {
  readonly begin: BeginErasure;
  /** What `begin` would answer; changes nothing. @throws Problem likewise */
  readonly foresee: BeginErasure;
}
