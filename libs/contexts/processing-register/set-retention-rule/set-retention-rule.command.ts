import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import type { RetentionRule } from '../retention/events';

export interface RuleChanged {
  readonly ruleId: string;
  readonly version: number;
  readonly confirmed: boolean;
  readonly approvedBy: string;
  readonly position: string;
}

/** GDPR art. 5(1)(e), 30(1)(f). */
export class SetRule extends Command<CommandAnswer<RuleChanged>> {
  constructor(
    readonly ruleId: string,
    readonly change: { readonly rule: RetentionRule; readonly reason: string; readonly proposedBy: string },
    readonly context: CommandContext,
  ) {
    super();
  }
}
