import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import type { LiftingReason } from '../events';

export interface LiftingAnnounced {
  readonly subjectId: string;
  readonly restrictionId: string;
  readonly position: string;
}

/** Records that the person was told that the restriction will be lifted (GDPR art. 18(3)). */
export class AnnounceLifting extends Command<CommandAnswer<LiftingAnnounced>> {
  constructor(
    readonly subjectId: string,
    readonly restrictionId: string,
    readonly told: { readonly because: LiftingReason; readonly channel: string },
    readonly context: CommandContext,
  ) {
    super();
  }
}
