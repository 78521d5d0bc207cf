import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { ledger } from '../decider';
import { refused } from '../refused';
import { restrictionIdOf } from '../standing.decisions';
import { Restricted, RestrictProcessing } from './restrict-processing.command';

@CommandHandler(RestrictProcessing)
export class RestrictProcessingHandler implements ICommandHandler<RestrictProcessing> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ subjectId, asked, context }: RestrictProcessing): Promise<CommandAnswer<Restricted>> {
    const command = { type: 'RestrictProcessing', subjectId, commandId: context.commandId, ...asked } as const;
    const { state, refusal, position } = await this.decisions.run(ledger, command, context);
    if (refusal) throw refused(refusal);
    const { ground } = asked;
    // Where a crash came before the answer it may have been lifted since: it is this command's then.
    const known = state.standing.restrictions.find((restriction) => restriction.ground === ground);
    const restrictionId = known?.restrictionId ?? restrictionIdOf(command);
    return { status: 201, body: { subjectId, restrictionId, ground, position: String(position) } };
  }
}
