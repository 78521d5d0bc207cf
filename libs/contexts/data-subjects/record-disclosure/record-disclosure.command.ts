import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';

export interface DisclosureRecorded {
  readonly subjectId: string;
  readonly disclosureId: string;
  readonly admissionId: string;
  readonly position: string;
}

/** What was admitted to go to a recipient has gone there (GDPR art. 15(1)(c), 30(1)(d)): once for each admission. */
export class RecordDisclosure extends Command<CommandAnswer<DisclosureRecorded>> {
  constructor(
    readonly subjectId: string,
    readonly made: { readonly admissionId: string; readonly receipt: string },
    readonly context: CommandContext,
  ) {
    super();
  }
}
