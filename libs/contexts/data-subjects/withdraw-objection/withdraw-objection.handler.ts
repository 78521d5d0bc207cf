import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { ledger } from '../decider';
import { refused } from '../refused';
import { ObjectionTakenBack, WithdrawObjection } from './withdraw-objection.command';

@CommandHandler(WithdrawObjection)
export class WithdrawObjectionHandler implements ICommandHandler<WithdrawObjection> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ subjectId, objectionId, channel, context }: WithdrawObjection): Promise<CommandAnswer<ObjectionTakenBack>> {
    const { commandId, now } = context;
    const command = { type: 'WithdrawObjection', subjectId, commandId, objectionId, channel, at: now } as const;
    const { refusal, position } = await this.decisions.run(ledger, command, context);
    if (refusal) throw refused(refusal);
    return { status: 201, body: { subjectId, objectionId, position: String(position) } };
  }
}
