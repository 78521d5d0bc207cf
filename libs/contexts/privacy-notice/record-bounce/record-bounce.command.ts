import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';

export interface BounceRecorded {
  readonly version: string;
  readonly subjectId: string;
  readonly status: string;
  /** From when on it is tried again; absent where it is given up. */
  readonly retryAt?: string;
  readonly position: string;
}

/** A message that came back: tried again within bounds, or given up. */
export class RecordBounce extends Command<CommandAnswer<BounceRecorded>> {
  constructor(
    readonly person: { readonly version: string; readonly subjectId: string },
    readonly bounce: { readonly reason: string; readonly permanent: boolean },
    readonly context: CommandContext,
  ) {
    super();
  }
}
