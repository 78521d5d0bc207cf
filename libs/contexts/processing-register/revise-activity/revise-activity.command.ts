import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import type { ActivityChanged } from '../declare-activity/declare-activity.command';
import type { ActivityEntry } from '../events';

/** Puts a whole new version of an entry in place of the one that stands. */
export class ReviseProcessingActivity extends Command<CommandAnswer<ActivityChanged>> {
  constructor(
    readonly activityId: string,
    readonly change: { readonly entry: ActivityEntry; readonly proposedBy: string; readonly reason: string },
    readonly context: CommandContext,
  ) {
    super();
  }
}
