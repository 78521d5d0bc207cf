import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import type { AgreementChanged } from '../agreement-changed';

/** GDPR art. 28(3)(g): nothing new is done for the customer; what is there waits to be returned or deleted. */
export class EndProcessingAgreement extends Command<CommandAnswer<AgreementChanged>> {
  constructor(
    readonly customer: string,
    readonly reason: string,
    readonly context: CommandContext,
  ) {
    super();
  }
}
