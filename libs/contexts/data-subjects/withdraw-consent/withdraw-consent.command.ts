import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';

export interface Withdrawn {
  readonly subjectId: string;
  readonly purpose: string;
  /** How many steps the giving took, where that is known, and whether the withdrawal took more than it may (GDPR art. 7(3)). */
  readonly stepsToGive?: number;
  readonly harderThanGiving: boolean;
  readonly position: string;
}

/** GDPR art. 7(3): takes effect with the append; what was done before stays lawful. */
export class WithdrawConsent extends Command<CommandAnswer<Withdrawn>> {
  constructor(
    readonly subjectId: string,
    readonly asked: { readonly purpose: string; readonly surface: string; readonly steps: number },
    readonly context: CommandContext,
  ) {
    super();
  }
}
