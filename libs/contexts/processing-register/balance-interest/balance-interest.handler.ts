import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { InForce } from '@hjemmel/contexts/data-subjects/contract';
import { Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { osloDay } from '@hjemmel/kernel/calendar';
import { processingActivity } from '../decider';
import { refused } from '../refused';
import { BalanceLegitimateInterest, InterestTested } from './balance-interest.command';

@CommandHandler(BalanceLegitimateInterest)
export class BalanceInterestHandler implements ICommandHandler<BalanceLegitimateInterest> {
  constructor(
    private readonly decisions: Decisions,
    private readonly inForce: InForce,
  ) {}

  async execute({ activityId, change, context }: BalanceLegitimateInterest): Promise<CommandAnswer<InterestTested>> {
    const { actor, now } = context;
    const { state, refusal, position } = await this.decisions.run(
      processingActivity,
      { type: 'BalanceInterest', activityId, ...change, approvedBy: actor, today: osloDay(now) },
      context,
    );
    if (refusal) throw refused(refusal);
    await this.inForce.knows(position);
    const { purposes, test } = change;
    const { unconfirmed } = state!.entry;
    return {
      status: 201,
      body: { activityId, purposes, reviewBy: test.reviewBy, approvedBy: actor.id, unconfirmed, position: String(position) },
    };
  }
}
