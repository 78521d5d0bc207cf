import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { InForce } from '@hjemmel/contexts/data-subjects/contract';
import { Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { processingActivity } from '../decider';
import type { ActivityChanged } from '../declare-activity/declare-activity.command';
import { changed } from '../declare-activity/declare-activity.handler';
import { refuseUnknown } from '../declare-activity/refuse-unknown';
import { LoadsKnownParts } from '../known-parts';
import { refused } from '../refused';
import { ReviseProcessingActivity } from './revise-activity.command';

@CommandHandler(ReviseProcessingActivity)
export class ReviseActivityHandler implements ICommandHandler<ReviseProcessingActivity> {
  constructor(
    private readonly decisions: Decisions,
    private readonly knownParts: LoadsKnownParts,
    private readonly inForce: InForce,
  ) {}

  async execute({ activityId, change, context }: ReviseProcessingActivity): Promise<CommandAnswer<ActivityChanged>> {
    const known = await this.knownParts.for(change.entry);
    refuseUnknown(change.entry, known);
    const { state, refusal, position } = await this.decisions.run(
      processingActivity,
      { type: 'ReviseActivity', activityId, ...change, known, approvedBy: context.actor },
      context,
    );
    if (refusal) throw refused(refusal);
    await this.inForce.knows(position);
    return { status: 201, body: changed(state!, context.actor.id, position) };
  }
}
