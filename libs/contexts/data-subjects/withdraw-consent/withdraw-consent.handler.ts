import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { ledger } from '../decider';
import { refused } from '../refused';
import { WithdrawConsent, Withdrawn } from './withdraw-consent.command';

@CommandHandler(WithdrawConsent)
export class WithdrawConsentHandler implements ICommandHandler<WithdrawConsent> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ subjectId, asked, context }: WithdrawConsent): Promise<CommandAnswer<Withdrawn>> {
    const command = { type: 'WithdrawConsent', subjectId, commandId: context.commandId, at: context.now, ...asked } as const;
    const { state, refusal, position } = await this.decisions.run(ledger, command, context);
    if (refusal) throw refused(refusal);
    const { purpose, steps } = asked;
    const stepsToGive = state.choices[purpose]?.stepsToGive;
    return {
      status: 201,
      body: {
        subjectId,
        purpose,
        ...(stepsToGive !== undefined && { stepsToGive }),
        harderThanGiving: stepsToGive !== undefined && steps > stepsToGive,
        position: String(position),
      },
    };
  }
}
