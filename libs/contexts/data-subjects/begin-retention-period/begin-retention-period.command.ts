import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';

export interface PeriodBegan {
  readonly subjectId: string;
  readonly trigger: string;
  readonly customer?: string;
  readonly since: string;
  readonly position: string;
}

/** Something happened from which a retention rule counts (GDPR art. 5(1)(e)). What happens again starts the period anew. */
export class BeginRetentionPeriod extends Command<CommandAnswer<PeriodBegan>> {
  constructor(
    readonly subjectId: string,
    readonly period: { readonly trigger: string; readonly customer?: string; readonly since: Date },
    readonly context: CommandContext,
  ) {
    super();
  }
}
