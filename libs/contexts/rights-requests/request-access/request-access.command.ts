import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import type { Channel } from '@hjemmel/contexts/data-subjects/contract';

export interface AccessRequested {
  readonly requestId: string;
  /** Day (YYYY-MM-DD, Europe/Oslo) by whose end the answer is owed. */
  readonly due: string;
  readonly handling: 'decide' | 'forward-to-controller';
  readonly position: string;
}

/** GDPR art. 15. */
export class RequestAccess extends Command<CommandAnswer<AccessRequested>> {
  constructor(
    readonly subjectId: string,
    readonly received: { readonly channel: Channel; readonly at: Date },
    readonly context: CommandContext,
  ) {
    super();
  }
}
