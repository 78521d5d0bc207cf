import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { InForce } from '@hjemmel/contexts/data-subjects/contract';
import { Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { processingActivity } from '../decider';
import { LoadsKnownParts } from '../known-parts';
import { refused } from '../refused';
import { refuseUnknown } from './refuse-unknown';
import { ActivityChanged, DeclareProcessingActivity } from './declare-activity.command';

@CommandHandler(DeclareProcessingActivity)
export class DeclareActivityHandler implements ICommandHandler<DeclareProcessingActivity> {
  constructor(
    private readonly decisions: Decisions,
    private readonly knownParts: LoadsKnownParts,
    private readonly inForce: InForce,
  ) {}

  async execute({ activityId, change, context }: DeclareProcessingActivity): Promise<CommandAnswer<ActivityChanged>> {
    const known = await this.knownParts.for(change.entry);
    refuseUnknown(change.entry, known);
    const { state, refusal, position } = await this.decisions.run(
      processingActivity,
      { type: 'DeclareActivity', activityId, ...change, known, approvedBy: context.actor },
      context,
    );
    if (refusal) throw refused(refusal);
    await this.inForce.knows(position);
    return { status: 201, body: changed(state!, context.actor.id, position) };
  }
}

export const changed = (
  {
    activityId,
    version,
    entry,
  }: { readonly activityId: string; readonly version: number; readonly entry: { unconfirmed: readonly string[] } },
  approvedBy: string,
  position: bigint,
): ActivityChanged => ({ activityId, version, unconfirmed: entry.unconfirmed, approvedBy, position: String(position) });
