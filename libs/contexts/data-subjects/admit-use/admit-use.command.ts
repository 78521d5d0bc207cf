import { Command } from '@nestjs/cqrs';
import type { RestrictionException } from '@hjemmel/admission';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';

export interface UseAdmitted {
  readonly subjectId: string;
  readonly admissionId: string;
  readonly basis: string;
  readonly statementVersion: string;
  readonly position: string;
}

/** Asks on behalf of another system (a mailer, a courier) whether it may use a person's data now. Not asking is not being allowed. */
export class AdmitUse extends Command<CommandAnswer<UseAdmitted>> {
  constructor(
    readonly subjectId: string,
    readonly use: {
      readonly activity: string;
      readonly purpose: string;
      readonly categories: readonly string[];
      readonly exception?: { readonly ground: RestrictionException; readonly reason: string };
    },
    readonly context: CommandContext,
  ) {
    super();
  }
}
