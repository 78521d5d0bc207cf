import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import type { ErasureLine, ErasureRequest } from '../events';
import type { ErasureStatus } from '../state';

export interface ErasureRequested {
  readonly erasureId: string;
  readonly subjectId: string;
  readonly status: ErasureStatus;
  /** What was decided for each retention class, with its fields. */
  readonly lines: readonly Omit<ErasureLine, 'keys'>[];
  readonly position: string;
}

/** GDPR art. 17(1). */
export class RequestErasure extends Command<CommandAnswer<ErasureRequested>> {
  constructor(
    readonly subjectId: string,
    readonly request: ErasureRequest,
    readonly context: CommandContext,
  ) {
    super();
  }
}
