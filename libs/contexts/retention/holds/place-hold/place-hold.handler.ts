import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { derivedUuid } from '@hjemmel/kernel';
import { legalHolds } from '../decider';
import { refusedHold } from '../refused';
import { HoldAnswer, PlaceLegalHold } from './place-hold.command';

@CommandHandler(PlaceLegalHold)
export class PlaceLegalHoldHandler implements ICommandHandler<PlaceLegalHold> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ on, terms, context }: PlaceLegalHold): Promise<CommandAnswer<HoldAnswer>> {
    const { commandId, actor, now } = context;
    const holdId = derivedUuid('legal-hold', commandId);
    const command = { type: 'PlaceHold', holdId, commandId, on, ...terms, decidedBy: actor, at: now } as const;
    const { refusal, position } = await this.decisions.run(legalHolds, command, context);
    if (refusal) throw refusedHold(refusal);
    return { status: 201, body: { holdId, position: String(position) } };
  }
}
