import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import type { BalanceInterest } from '../decider';

export interface InterestTested {
  readonly activityId: string;
  readonly purposes: readonly string[];
  readonly reviewBy: string;
  readonly approvedBy: string;
  /** Parts of the entry that still wait for a person. */
  readonly unconfirmed: readonly string[];
  readonly position: string;
}

/** GDPR art. 6(1)(f): the three-step test of a legitimate interest, done or done anew. */
export class BalanceLegitimateInterest extends Command<CommandAnswer<InterestTested>> {
  constructor(
    readonly activityId: string,
    readonly change: Pick<BalanceInterest, 'purposes' | 'test'> & { readonly proposedBy: string },
    readonly context: CommandContext,
  ) {
    super();
  }
}
