import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { InForce } from '@hjemmel/contexts/data-subjects/contract';
import { Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { refused } from '../refused';
import { retentionRule } from '../retention/decider';
import { RuleChanged, SetRule } from './set-retention-rule.command';

@CommandHandler(SetRule)
export class SetRetentionRuleHandler implements ICommandHandler<SetRule> {
  constructor(
    private readonly decisions: Decisions,
    private readonly inForce: InForce,
  ) {}

  async execute({ ruleId, change, context }: SetRule): Promise<CommandAnswer<RuleChanged>> {
    const command = { type: 'SetRetentionRule', ruleId, ...change, approvedBy: context.actor } as const;
    const { state, refusal, position } = await this.decisions.run(retentionRule, command, context);
    if (refusal) throw refused(refusal);
    await this.inForce.knows(position);
    const { version, rule } = state!;
    return {
      status: 201,
      body: { ruleId, version, confirmed: rule.confirmed, approvedBy: context.actor.id, position: String(position) },
    };
  }
}
