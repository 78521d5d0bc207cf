import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import type { ActivityEntry } from '../events';

export interface ActivityChanged {
  readonly activityId: string;
  readonly version: number;
  /** Parts that still wait for a person. */
  readonly unconfirmed: readonly string[];
  readonly approvedBy: string;
  readonly position: string;
}

/** GDPR art. 30: from now on the activity can admit uses. */
export class DeclareProcessingActivity extends Command<CommandAnswer<ActivityChanged>> {
  constructor(
    readonly activityId: string,
    readonly change: { readonly entry: ActivityEntry; readonly proposedBy: string },
    readonly context: CommandContext,
  ) {
    super();
  }
}
