import { Query } from '@nestjs/cqrs';
import type { CommandContext } from '@hjemmel/event-store';
import type { OrderView } from '../order-view';

export class GetOrder extends Query<OrderView> {
  constructor(
    readonly orderId: string,
    readonly context: CommandContext,
  ) {
    super();
  }
}
