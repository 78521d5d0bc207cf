import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { ledger } from '../decider';
import { refused } from '../refused';
import { EndRelation, RelationWasEnded } from './end-relation.command';

@CommandHandler(EndRelation)
export class EndRelationHandler implements ICommandHandler<EndRelation> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ subjectId, ended, context }: EndRelation): Promise<CommandAnswer<RelationWasEnded>> {
    const command = { type: 'EndRelation', subjectId, commandId: context.commandId, ...ended } as const;
    const { state, refusal, position } = await this.decisions.run(ledger, command, context);
    if (refusal) throw refused(refusal);
    const { customer } = ended;
    const known = state.standing.relations.find((relation) => relation.customer === customer);
    const endedAt = known?.endedAt ?? ended.endedAt.toISOString();
    return { status: 201, body: { subjectId, customer, endedAt, position: String(position) } };
  }
}
