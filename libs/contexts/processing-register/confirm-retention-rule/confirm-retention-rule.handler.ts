import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { InForce } from '@hjemmel/contexts/data-subjects/contract';
import { Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { refused } from '../refused';
import { retentionRule } from '../retention/decider';
import type { RuleChanged } from '../set-retention-rule/set-retention-rule.command';
import { ConfirmRule } from './confirm-retention-rule.command';

@CommandHandler(ConfirmRule)
export class ConfirmRetentionRuleHandler implements ICommandHandler<ConfirmRule> {
  constructor(
    private readonly decisions: Decisions,
    private readonly inForce: InForce,
  ) {}

  async execute({ ruleId, confirmation, context }: ConfirmRule): Promise<CommandAnswer<RuleChanged>> {
    const command = { type: 'ConfirmRetentionRule', ruleId, ...confirmation, confirmedBy: context.actor } as const;
    const { state, refusal, position } = await this.decisions.run(retentionRule, command, context);
    if (refusal) throw refused(refusal);
    await this.inForce.knows(position);
    return {
      status: 201,
      body: { ruleId, version: state!.version, confirmed: true, approvedBy: context.actor.id, position: String(position) },
    };
  }
}
