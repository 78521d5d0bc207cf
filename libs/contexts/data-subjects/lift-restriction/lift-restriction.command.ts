import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import type { LiftingReason } from '../events';

export interface RestrictionWasLifted {
  readonly subjectId: string;
  readonly restrictionId: string;
  readonly decidedBy: string;
  readonly position: string;
}

/** The processing goes on. Only after the person was told (GDPR art. 18(3)). */
export class LiftRestriction extends Command<CommandAnswer<RestrictionWasLifted>> {
  constructor(
    readonly subjectId: string,
    readonly restrictionId: string,
    readonly because: LiftingReason,
    readonly context: CommandContext,
  ) {
    super();
  }
}
