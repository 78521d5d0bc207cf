import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import type { HoldAnswer } from '../place-hold/place-hold.command';

/** The claim is over: what was kept for it is erased where it was to be. */
export class ReleaseLegalHold extends Command<CommandAnswer<HoldAnswer>> {
  constructor(
    readonly holdId: string,
    readonly terms: { readonly reason: string; readonly proposedBy: string },
    readonly context: CommandContext,
  ) {
    super();
  }
}
