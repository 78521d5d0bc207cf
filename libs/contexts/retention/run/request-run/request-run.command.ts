import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';

export interface RunRequested {
  readonly runId: string;
  readonly dryRun: boolean;
  readonly position: string;
}

/** GDPR art. 5(1)(e). */
export class RequestRetentionRun extends Command<CommandAnswer<RunRequested>> {
  constructor(
    readonly dryRun: boolean,
    readonly context: CommandContext,
  ) {
    super();
  }
}
