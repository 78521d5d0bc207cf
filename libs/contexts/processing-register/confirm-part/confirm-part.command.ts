import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';

export interface PartConfirmed {
  readonly activityId: string;
  readonly part: string;
  readonly confirmedBy: string;
  /** What still waits in the same entry. */
  readonly unconfirmed: readonly string[];
  readonly position: string;
}

/** A person stands for a part that was assumed. */
export class ConfirmActivityPart extends Command<CommandAnswer<PartConfirmed>> {
  constructor(
    readonly activityId: string,
    readonly confirmation: { readonly part: string; readonly reason: string; readonly document: string },
    readonly context: CommandContext,
  ) {
    super();
  }
}
