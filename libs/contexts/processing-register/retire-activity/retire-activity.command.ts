import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';

export interface Retired {
  readonly activityId: string;
  readonly version: number;
  readonly approvedBy: string;
  readonly position: string;
}

/** Nothing is admitted under it any more; it stays in the register. */
export class RetireProcessingActivity extends Command<CommandAnswer<Retired>> {
  constructor(
    readonly activityId: string,
    readonly change: { readonly proposedBy: string; readonly reason: string },
    readonly context: CommandContext,
  ) {
    super();
  }
}
