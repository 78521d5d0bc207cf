import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { InForce } from '@hjemmel/contexts/data-subjects/contract';
import { Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { processingActivity } from '../decider';
import { refused } from '../refused';
import { Retired, RetireProcessingActivity } from './retire-activity.command';

@CommandHandler(RetireProcessingActivity)
export class RetireActivityHandler implements ICommandHandler<RetireProcessingActivity> {
  constructor(
    private readonly decisions: Decisions,
    private readonly inForce: InForce,
  ) {}

  async execute({ activityId, change, context }: RetireProcessingActivity): Promise<CommandAnswer<Retired>> {
    const command = { type: 'RetireActivity', activityId, ...change, approvedBy: context.actor } as const;
    const { state, refusal, position } = await this.decisions.run(processingActivity, command, context);
    if (refusal) throw refused(refusal);
    await this.inForce.knows(position);
    return { status: 201, body: { activityId, version: state!.version, approvedBy: context.actor.id, position: String(position) } };
  }
}
