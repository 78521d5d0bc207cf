import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';

export interface RelationWasEnded {
  readonly subjectId: string;
  readonly customer: string;
  /** When it ended, which an earlier command may have said. */
  readonly endedAt: string;
  readonly position: string;
}

/** The contract with the customer, or the person's part in it, is over (GDPR art. 6(1)(b)): what is there is kept until its period is over. */
export class EndRelation extends Command<CommandAnswer<RelationWasEnded>> {
  constructor(
    readonly subjectId: string,
    readonly ended: { readonly customer: string; readonly endedAt: Date },
    readonly context: CommandContext,
  ) {
    super();
  }
}
