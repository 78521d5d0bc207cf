import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import type { Language } from '../events';
import type { Surface } from '../presentation';

export interface PresentationRecorded {
  readonly presentationId: string;
  readonly version: string;
  readonly hash: string;
  readonly position: string;
}

/** Records that the statement was shown, to a known person or to a session. */
export class RecordStatementPresentation extends Command<CommandAnswer<PresentationRecorded>> {
  constructor(
    readonly version: string,
    readonly shown: { readonly locale: Language; readonly surface: Surface; readonly subjectId?: string; readonly session?: string },
    readonly context: CommandContext,
  ) {
    super();
  }
}
