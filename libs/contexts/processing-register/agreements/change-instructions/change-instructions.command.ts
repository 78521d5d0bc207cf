import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import type { AgreementChanged } from '../agreement-changed';

/** GDPR art. 28(3)(a): a documented instruction besides the agreement, or the end of one. */
export class ChangeInstructions extends Command<CommandAnswer<AgreementChanged>> {
  constructor(
    readonly customer: string,
    readonly change: { readonly what: 'give' | 'withdraw'; readonly activities: readonly string[]; readonly document: string },
    readonly context: CommandContext,
  ) {
    super();
  }
}
