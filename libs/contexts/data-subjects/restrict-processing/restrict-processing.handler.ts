import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { unknownSubject } from '../admissions';
import { ledger } from '../decider';
import { Restricted, RestrictProcessing } from './restrict-processing.command';

@CommandHandler(RestrictProcessing)
export class RestrictProcessingHandler implements ICommandHandler<RestrictProcessing> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ subjectId, asked, context }: RestrictProcessing): Promise<CommandAnswer<Restricted>> {
    const command = { type: 'RestrictProcessing', subjectId, commandId: context.commandId, ...asked } as const;
    const { refusal, position } = await this.decisions.run(ledger, command, context);
    if (refusal) throw unknownSubject();
    return { status: 201, body: { subjectId, ground: asked.ground, position: String(position) } };
  }
}
