import type { CommandContext } from '@hjemmel/event-store';
import type { BegunErasure, Erasures } from './erasures';

/** What a retention run asks for: one person's data whose time under one rule is over. */
export interface RetentionAsked {
  /** The same for the same keys: asked for twice it is begun once. */
  readonly erasureId: string;
  readonly subjectId: string;
  readonly retentionClasses: readonly string[];
  readonly rule: string;
  readonly runId: string;
}

type Answer = Pick<BegunErasure, 'erasureId' | 'outcome' | 'because'>;

/** Erasures as retention runs begin them, or see what would come of them (GDPR art. 5(1)(e)). */
export function erasuresForRetention(erasures: Erasures) {
  const asked = ({ erasureId, subjectId, retentionClasses, rule, runId }: RetentionAsked, { now }: CommandContext) => ({
    erasureId,
    subjectId,
    only: retentionClasses,
    request: { ground: 'retention', channel: 'retention-run', receivedAt: now.toISOString(), document: `${rule}, run ${runId}` } as const,
  });
  const answer = ({ erasureId, outcome, because }: BegunErasure): Answer => ({ erasureId, outcome, ...(because && { because }) });
  return {
    begin: async (of: RetentionAsked, context: CommandContext): Promise<Answer> =>
      answer(await erasures.begin(asked(of, context), context)),
    /** Changes nothing. */
    foresee: async (of: RetentionAsked, context: CommandContext): Promise<Answer> =>
      answer(await erasures.foresee(asked(of, context), context)),
  };
}
