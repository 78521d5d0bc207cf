import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { Problem } from '@hjemmel/kernel';
import { notification } from '../notification';
import { BounceRecorded, RecordBounce } from './record-bounce.command';

@CommandHandler(RecordBounce)
export class RecordBounceHandler implements ICommandHandler<RecordBounce> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ person, bounce, context }: RecordBounce): Promise<CommandAnswer<BounceRecorded>> {
    const command = { type: 'RecordBounce', ...person, ...bounce, at: context.now } as const;
    const { state, refusal, position } = await this.decisions.run(notification, command, context);
    if (refusal)
      throw new Problem({
        type: `/problems/${refusal.refused}`,
        title: 'No message of this version was sent to this person',
        status: refusal.refused === 'not-queued' ? 404 : 409,
        rule: refusal.refused,
      });
    const { status, dueAt } = state;
    return { status: 201, body: { ...person, status, ...(dueAt !== undefined && { retryAt: dueAt }), position: String(position) } };
  }
}
