import { Command } from '@nestjs/cqrs';
import type { Purpose } from '@hjemmel/admission';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';

export interface ConsentChoices {
  readonly choices: readonly { readonly purpose: Purpose; readonly choice: 'give' | 'refuse'; readonly wording: string }[];
  readonly locale: 'nb' | 'en';
  readonly surface: string;
  readonly steps: number;
  /** The device sends Global Privacy Control. */
  readonly gpc: boolean;
}

/** What stands for one purpose after the command. */
export interface ConsentRecorded {
  readonly purpose: Purpose;
  readonly state: 'given' | 'refused' | 'withdrawn';
  readonly consentId: string;
  /** The signal of the device decided it. */
  readonly signal?: 'gpc';
}

export interface ConsentsChosen {
  readonly subjectId: string;
  readonly choices: readonly ConsentRecorded[];
  readonly position: string;
}

/** A person's yes or no to each purpose by itself (GDPR art. 4(11), 7(2)). */
export class ChooseConsents extends Command<CommandAnswer<ConsentsChosen>> {
  constructor(
    readonly subjectId: string,
    readonly asked: ConsentChoices,
    readonly context: CommandContext,
  ) {
    super();
  }
}
