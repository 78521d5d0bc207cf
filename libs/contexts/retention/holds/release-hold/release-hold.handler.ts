import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { PlacedHolds } from '../../read-models/placed-holds';
import { legalHolds } from '../decider';
import type { HoldAnswer } from '../place-hold/place-hold.command';
import { refusedHold } from '../refused';
import { ReleaseLegalHold } from './release-hold.command';

@CommandHandler(ReleaseLegalHold)
export class ReleaseLegalHoldHandler implements ICommandHandler<ReleaseLegalHold> {
  constructor(
    private readonly decisions: Decisions,
    private readonly placed: PlacedHolds,
  ) {}

  async execute({ holdId, terms, context }: ReleaseLegalHold): Promise<CommandAnswer<HoldAnswer>> {
    const { commandId, actor, now } = context;
    const on = await this.placed.targetOf(holdId);
    if (!on) throw refusedHold({ refused: 'no-such-hold' });
    const command = { type: 'ReleaseHold', holdId, commandId, on, ...terms, decidedBy: actor, at: now } as const;
    const { refusal, position } = await this.decisions.run(legalHolds, command, context);
    if (refusal) throw refusedHold(refusal);
    return { status: 201, body: { holdId, position: String(position) } };
  }
}
