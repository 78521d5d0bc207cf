import { Command } from '@nestjs/cqrs';
import type { Disclosure, RequestedUse } from '@hjemmel/admission';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';

export interface UseAdmitted {
  readonly subjectId: string;
  readonly admissionId: string;
  readonly basis: string;
  readonly statementVersion: string;
  /** Version of the agreement with the customer, where the company acts as its processor. */
  readonly agreementVersion?: string;
  /** To whom what may be given, where that was asked for. */
  readonly recipient?: Disclosure;
  readonly position: string;
}

/** Asks on behalf of another system (a mailer, a courier) whether it may use a person's data now. Not asking is not being allowed. */
export class AdmitUse extends Command<CommandAnswer<UseAdmitted>> {
  constructor(
    readonly subjectId: string,
    readonly use: RequestedUse,
    readonly context: CommandContext,
  ) {
    super();
  }
}
