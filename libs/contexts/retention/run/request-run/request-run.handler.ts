import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { derivedUuid } from '@hjemmel/kernel';
import { retentionRun } from '../decider';
import { RequestRetentionRun, RunRequested } from './request-run.command';

@CommandHandler(RequestRetentionRun)
export class RequestRunHandler implements ICommandHandler<RequestRetentionRun> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ dryRun, context }: RequestRetentionRun): Promise<CommandAnswer<RunRequested>> {
    const { commandId, now: at } = context;
    const runId = derivedUuid('retention-run', commandId);
    const { position, refusal } = await this.decisions.run(retentionRun, { type: 'RequestRun', runId, commandId, dryRun, at }, context);
    if (refusal) throw new Error(`a run under an id of its own was refused: ${refusal.refused}`);
    return { status: 202, body: { runId, dryRun, position: String(position) } };
  }
}
