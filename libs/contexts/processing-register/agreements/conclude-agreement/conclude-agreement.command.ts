import { Command } from '@nestjs/cqrs';
import type { NamedCustomer } from '@hjemmel/contexts/orders/contract';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import type { AgreementChanged } from '../agreement-changed';

/** GDPR art. 28(3): from now on the company may do for the customer what the agreement instructs. */
export class ConcludeProcessingAgreement extends Command<CommandAnswer<AgreementChanged>> {
  constructor(
    readonly customer: NamedCustomer,
    readonly agreement: { readonly version: string; readonly sha256: string; readonly from: Date; readonly activities: readonly string[] },
    readonly context: CommandContext,
  ) {
    super();
  }
}
