import { Query } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { OrderSummary } from '../order-view';

/** Where a page of the list ends: the next one starts behind it. */
export interface OrderPlace {
  readonly placedAt: string;
  readonly orderId: string;
}

export interface OrderPage {
  readonly items: readonly OrderSummary[];
  readonly next: OrderPlace | undefined;
}

/** Newest first. */
export class ListOrders extends Query<OrderPage> {
  constructor(
    readonly page: { readonly limit: number; readonly behind: OrderPlace | undefined; readonly customer: string | undefined },
    readonly context: CommandContext,
  ) {
    super();
  }
}
