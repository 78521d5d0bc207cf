import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import type { RestrictionGround } from '../events';

export interface Restricted {
  readonly subjectId: string;
  /** Of the restriction that holds for this ground: an earlier one where there is one. */
  readonly restrictionId: string;
  readonly ground: RestrictionGround;
  readonly position: string;
}

/** GDPR art. 18(1): from the moment this is appended, only storing is left. */
export class RestrictProcessing extends Command<CommandAnswer<Restricted>> {
  constructor(
    readonly subjectId: string,
    readonly asked: { readonly ground: RestrictionGround; readonly channel: string; readonly receivedAt: Date },
    readonly context: CommandContext,
  ) {
    super();
  }
}
