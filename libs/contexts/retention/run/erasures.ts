import type { CommandContext } from '@hjemmel/event-store';
import type { Because } from './events';

/** An erasure that a run asks for: of one person's data whose time under one rule is over. */
export interface ErasureAsked {
  /** The same for the same keys: asked for twice it is begun once. */
  readonly erasureId: string;
  readonly subjectId: string;
  readonly retentionClasses: readonly string[];
  readonly rule: string;
  readonly runId: string;
}

export interface ErasureAnswer {
  readonly erasureId: string;
  readonly outcome: 'begun' | 'deferred';
  readonly because?: Because;
}

/** Has an erasure decided on the ledger, the holds and the vault as they are, and begins it. @throws Problem where it is refused */
export type BeginErasure = (asked: ErasureAsked, context: CommandContext) => Promise<ErasureAnswer>;

/** What {@link BeginErasure} would answer; changes nothing. @throws Problem likewise */
export type ForeseeErasure = (asked: ErasureAsked, context: CommandContext) => Promise<ErasureAnswer>;

export interface Erasures {
  readonly begin: BeginErasure;
  readonly foresee: ForeseeErasure;
}
