import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import type { HoldTarget } from '../events';

export interface HoldAnswer {
  readonly holdId: string;
  readonly position: string;
}

/** GDPR art. 17(3)(e): data is kept for a claim. */
export class PlaceLegalHold extends Command<CommandAnswer<HoldAnswer>> {
  constructor(
    readonly on: HoldTarget,
    readonly terms: { readonly reason: string; readonly document: string; readonly proposedBy: string },
    readonly context: CommandContext,
  ) {
    super();
  }
}
