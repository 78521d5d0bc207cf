import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { InForce } from '@hjemmel/contexts/data-subjects/contract';
import { customerRefOf } from '@hjemmel/contexts/orders/contract';
import { Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { Identities } from '@hjemmel/vault';
import { refused } from '../../refused';
import { AgreementChanged, instructable, viewOf } from '../agreement-changed';
import { processingAgreement } from '../decider';
import { ConcludeProcessingAgreement } from './conclude-agreement.command';

@CommandHandler(ConcludeProcessingAgreement)
export class ConcludeAgreementHandler implements ICommandHandler<ConcludeProcessingAgreement> {
  constructor(
    private readonly decisions: Decisions,
    private readonly inForce: InForce,
    private readonly identities: Identities,
  ) {}

  async execute({ customer: named, agreement, context }: ConcludeProcessingAgreement): Promise<CommandAnswer<AgreementChanged>> {
    const customer = await customerRefOf(named, this.identities);
    const known = instructable(this.inForce.at(context.now));
    const { state, refusal, position } = await this.decisions.run(
      processingAgreement,
      { type: 'ConcludeAgreement', customer, ...agreement, known, at: context.now, by: context.actor },
      context,
    );
    if (refusal) throw refused(refusal);
    // Who concludes an agreement sends orders next: they must not be refused for want of it.
    await this.inForce.knows(position);
    return { status: 201, body: { ...viewOf(customer, state!), position: String(position) } };
  }
}
