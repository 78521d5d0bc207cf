import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';

export interface ObjectionTakenBack {
  readonly subjectId: string;
  readonly objectionId: string;
  readonly position: string;
}

/** The person takes it back: what it stopped goes on. */
export class WithdrawObjection extends Command<CommandAnswer<ObjectionTakenBack>> {
  constructor(
    readonly subjectId: string,
    readonly objectionId: string,
    readonly channel: string,
    readonly context: CommandContext,
  ) {
    super();
  }
}
