import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { InForce } from '@hjemmel/contexts/data-subjects/contract';
import { Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { refused } from '../../refused';
import { AgreementChanged, viewOf } from '../agreement-changed';
import { processingAgreement } from '../decider';
import { EndProcessingAgreement } from './end-agreement.command';

@CommandHandler(EndProcessingAgreement)
export class EndAgreementHandler implements ICommandHandler<EndProcessingAgreement> {
  constructor(
    private readonly decisions: Decisions,
    private readonly inForce: InForce,
  ) {}

  async execute({ customer, reason, context }: EndProcessingAgreement): Promise<CommandAnswer<AgreementChanged>> {
    const command = { type: 'EndAgreement', customer, reason, until: context.now, by: context.actor } as const;
    const { state, refusal, position } = await this.decisions.run(processingAgreement, command, context);
    if (refusal) throw refused(refusal);
    await this.inForce.knows(position);
    return { status: 201, body: { ...viewOf(customer, state!), position: String(position) } };
  }
}
