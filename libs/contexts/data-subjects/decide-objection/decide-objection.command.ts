import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import type { OverrulingGround } from '../events';

export type ObjectionDecision = { readonly reasons: string; readonly document: string } & (
  { readonly decision: 'upheld' } | { readonly decision: 'overruled'; readonly grounds: OverrulingGround; readonly proposedBy: string }
);

export interface ObjectionDecided {
  readonly subjectId: string;
  readonly objectionId: string;
  readonly decision: ObjectionDecision['decision'];
  readonly decidedBy: string;
  readonly position: string;
}

/** Whether the purpose stays closed, or the controller has grounds that weigh more (GDPR art. 21(1)). */
export class DecideObjection extends Command<CommandAnswer<ObjectionDecided>> {
  constructor(
    readonly subjectId: string,
    readonly objectionId: string,
    readonly decided: ObjectionDecision,
    readonly context: CommandContext,
  ) {
    super();
  }
}
