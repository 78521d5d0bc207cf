import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import type { RuleChanged } from '../set-retention-rule/set-retention-rule.command';

/** A person stands for a rule that was assumed. */
export class ConfirmRule extends Command<CommandAnswer<RuleChanged>> {
  constructor(
    readonly ruleId: string,
    readonly confirmation: { readonly reason: string; readonly document: string },
    readonly context: CommandContext,
  ) {
    super();
  }
}
