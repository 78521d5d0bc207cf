import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { ledger } from '../decider';
import { InForce } from '../in-force';
import { invalidValue } from '../received';
import { refused } from '../refused';
import { BeginRetentionPeriod, PeriodBegan } from './begin-retention-period.command';

@CommandHandler(BeginRetentionPeriod)
export class BeginRetentionPeriodHandler implements ICommandHandler<BeginRetentionPeriod> {
  constructor(
    private readonly decisions: Decisions,
    private readonly inForce: InForce,
  ) {}

  async execute({ subjectId, period, context }: BeginRetentionPeriod): Promise<CommandAnswer<PeriodBegan>> {
    if (!this.counts(period.trigger, context.now)) {
      throw invalidValue('/trigger', 'trigger-unknown', 'starts no period of the register', 'GDPR art. 5(1)(e)');
    }
    const command = { type: 'BeginRetentionPeriod', subjectId, commandId: context.commandId, ...period } as const;
    const { refusal, position } = await this.decisions.run(ledger, command, context);
    if (refusal) throw refused(refusal);
    const { since, ...began } = period;
    return { status: 201, body: { subjectId, ...began, since: since.toISOString(), position: String(position) } };
  }

  /** A period that no rule counts would stand in the ledger and end nothing: a word that is spelt wrong is said so. */
  private counts(trigger: string, at: Date): boolean {
    return [...this.inForce.at(at).register.values()].some(({ retention }) => retention.some((rule) => rule.trigger === trigger));
  }
}
