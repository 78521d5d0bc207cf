import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';

export interface PhotoStoredAnswer {
  readonly photoId: string;
  /** Of the photo as it is kept. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly position: string;
}

export class StorePhoto extends Command<CommandAnswer<PhotoStoredAnswer>> {
  constructor(
    readonly subjectId: string,
    /** As it was sent. */
    readonly upload: Buffer,
    readonly context: CommandContext,
  ) {
    super();
  }
}
