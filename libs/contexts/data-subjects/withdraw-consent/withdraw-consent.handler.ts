import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { Problem } from '@hjemmel/kernel';
import { unknownSubject } from '../admissions';
import { ledger } from '../decider';
import { WithdrawConsent, Withdrawn } from './withdraw-consent.command';

@CommandHandler(WithdrawConsent)
export class WithdrawConsentHandler implements ICommandHandler<WithdrawConsent> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ subjectId, asked, context }: WithdrawConsent): Promise<CommandAnswer<Withdrawn>> {
    const command = { type: 'WithdrawConsent', subjectId, commandId: context.commandId, at: context.now, ...asked } as const;
    const { refusal, position } = await this.decisions.run(ledger, command, context);
    if (refusal?.refused === 'unknown-subject') throw unknownSubject();
    if (refusal)
      throw new Problem({
        type: '/problems/no-such-consent',
        title: 'There is no consent to withdraw',
        status: 409,
        rule: refusal.refused,
      });
    return { status: 201, body: { subjectId, purpose: asked.purpose, position: String(position) } };
  }
}
