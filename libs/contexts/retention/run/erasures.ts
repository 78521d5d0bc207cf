import type { CommandContext } from '@hjemmel/event-store';
import type { BegunErasure, Erasures } from '../erasure/erasures';
import type { Because } from './events';

/** An erasure that a run asks for: of one person's data whose time under one rule is over. */
export interface ErasureDue {
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
export type BeginErasure = (due: ErasureDue, context: CommandContext) => Promise<ErasureAnswer>;

export interface ScheduledErasures {
  readonly begin: BeginErasure;
  /** What `begin` would answer; changes nothing. @throws Problem likewise */
  readonly foresee: BeginErasure;
}

export const scheduledErasures = (erasures: Pick<Erasures, 'begin' | 'foresee'>): ScheduledErasures => ({
  begin: async (due, context) => answerOf(await erasures.begin(asked(due, context), context)),
  foresee: async (due, context) => answerOf(await erasures.foresee(asked(due, context), context)),
});

const asked = ({ erasureId, subjectId, retentionClasses, rule, runId }: ErasureDue, { now }: CommandContext) => ({
  erasureId,
  subjectId,
  request: { ground: 'retention', channel: 'schedule', receivedAt: now.toISOString(), document: `${rule}, run ${runId}` } as const,
  only: retentionClasses,
});

function answerOf({ erasureId, outcome, because }: BegunErasure): ErasureAnswer {
  if (outcome === 'begun' || !because) return { erasureId, outcome: 'begun' };
  const { exception, legal, until } = because;
  return { erasureId, outcome, because: { exception, legal, ...(until !== undefined && { until }) } };
}
