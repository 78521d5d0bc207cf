import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { InForce } from '@hjemmel/contexts/data-subjects/contract';
import { Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { processingActivity } from '../decider';
import { refused } from '../refused';
import { ConfirmActivityPart, PartConfirmed } from './confirm-part.command';

@CommandHandler(ConfirmActivityPart)
export class ConfirmPartHandler implements ICommandHandler<ConfirmActivityPart> {
  constructor(
    private readonly decisions: Decisions,
    private readonly inForce: InForce,
  ) {}

  async execute({ activityId, confirmation, context }: ConfirmActivityPart): Promise<CommandAnswer<PartConfirmed>> {
    const command = { type: 'ConfirmPart', activityId, ...confirmation, confirmedBy: context.actor } as const;
    const { state, refusal, position } = await this.decisions.run(processingActivity, command, context);
    if (refusal) throw refused(refusal);
    await this.inForce.knows(position);
    const { part } = confirmation;
    const { unconfirmed } = state!.entry;
    return { status: 201, body: { activityId, part, confirmedBy: context.actor.id, unconfirmed, position: String(position) } };
  }
}
