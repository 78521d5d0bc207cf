import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';

export interface VisitorRegistered {
  readonly subjectId: string;
  readonly position: string;
}

/** A ledger for somebody of whom nothing is known but that a device keeps the pseudonym (GDPR art. 11(1)): choices of cookies stand there. */
export class RegisterVisitor extends Command<CommandAnswer<VisitorRegistered>> {
  constructor(readonly context: CommandContext) {
    super();
  }
}
