import { Command } from '@nestjs/cqrs';
import type { Purpose } from '@hjemmel/admission';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import type { ObjectionKind } from '../events';

export interface Objected {
  readonly subjectId: string;
  /** Of the objection that stands: an earlier one of the same kind against the same purpose where there is one. */
  readonly objectionId: string;
  readonly kind: ObjectionKind;
  readonly purpose: Purpose;
  readonly position: string;
}

/** GDPR art. 21: from the moment this is appended, nothing is done for the purpose on an interest; for direct marketing, nothing at all. */
export class ReceiveObjection extends Command<CommandAnswer<Objected>> {
  constructor(
    readonly subjectId: string,
    readonly asked: { readonly kind: ObjectionKind; readonly purpose: Purpose; readonly channel: string; readonly receivedAt: Date },
    readonly context: CommandContext,
  ) {
    super();
  }
}
