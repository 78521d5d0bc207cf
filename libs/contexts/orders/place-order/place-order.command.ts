import { Command } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import type { PlaceOrderBody } from './place-order.body';

/** What the orderer's service is told: pseudonyms to go on with, no personal data. */
export interface OrderPlacedAnswer {
  readonly orderId: string;
  readonly contact: { readonly subjectId: string };
  /** In the order of the lines. */
  readonly cardHolders: readonly { readonly subjectId: string }[];
  /** Log position by which everything this command did is visible. */
  readonly position: string;
}

export class PlaceOrder extends Command<CommandAnswer<OrderPlacedAnswer>> {
  constructor(
    readonly order: PlaceOrderBody,
    readonly context: CommandContext,
  ) {
    super();
  }
}
