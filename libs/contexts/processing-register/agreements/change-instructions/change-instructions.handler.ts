import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { InForce } from '@hjemmel/contexts/data-subjects/contract';
import { Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { refused } from '../../refused';
import { AgreementChanged, instructable, viewOf } from '../agreement-changed';
import { processingAgreement } from '../decider';
import { ChangeInstructions } from './change-instructions.command';

@CommandHandler(ChangeInstructions)
export class ChangeInstructionsHandler implements ICommandHandler<ChangeInstructions> {
  constructor(
    private readonly decisions: Decisions,
    private readonly inForce: InForce,
  ) {}

  async execute({ customer, change, context }: ChangeInstructions): Promise<CommandAnswer<AgreementChanged>> {
    const { now, actor } = context;
    const about = { customer, activities: change.activities, document: change.document, by: actor };
    const { state, refusal, position } = await this.decisions.run(
      processingAgreement,
      change.what === 'give'
        ? { type: 'GiveInstruction', ...about, from: now, known: instructable(this.inForce.at(now)) }
        : { type: 'WithdrawInstruction', ...about, until: now },
      context,
    );
    if (refusal) throw refused(refusal);
    await this.inForce.knows(position);
    return { status: 201, body: { ...viewOf(customer, state!), position: String(position) } };
  }
}
