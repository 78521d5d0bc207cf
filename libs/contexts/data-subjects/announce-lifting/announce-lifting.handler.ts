import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { ledger } from '../decider';
import { refused } from '../refused';
import { AnnounceLifting, LiftingAnnounced } from './announce-lifting.command';

@CommandHandler(AnnounceLifting)
export class AnnounceLiftingHandler implements ICommandHandler<AnnounceLifting> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ subjectId, restrictionId, told, context }: AnnounceLifting): Promise<CommandAnswer<LiftingAnnounced>> {
    const { commandId, now } = context;
    const command = { type: 'AnnounceLifting', subjectId, commandId, restrictionId, ...told, at: now } as const;
    const { refusal, position } = await this.decisions.run(ledger, command, context);
    if (refusal) throw refused(refusal);
    return { status: 201, body: { subjectId, restrictionId, position: String(position) } };
  }
}
