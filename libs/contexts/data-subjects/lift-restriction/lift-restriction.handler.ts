import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { ledger } from '../decider';
import { refused } from '../refused';
import { LiftRestriction, RestrictionWasLifted } from './lift-restriction.command';

@CommandHandler(LiftRestriction)
export class LiftRestrictionHandler implements ICommandHandler<LiftRestriction> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ subjectId, restrictionId, because, context }: LiftRestriction): Promise<CommandAnswer<RestrictionWasLifted>> {
    const { commandId, actor, now } = context;
    const command = { type: 'LiftRestriction', subjectId, commandId, restrictionId, because, decidedBy: actor, at: now } as const;
    const { refusal, position } = await this.decisions.run(ledger, command, context);
    if (refusal) throw refused(refusal);
    return { status: 201, body: { subjectId, restrictionId, decidedBy: actor.id, position: String(position) } };
  }
}
