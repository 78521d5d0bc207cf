import type { OrderEvent } from './events';

export type Order = { readonly status: 'none' } | { readonly status: 'placed' | 'abandoned'; readonly commandId: string };

export const noOrder: Order = { status: 'none' };

export function evolve(order: Order, event: OrderEvent): Order {
  switch (event.type) {
    case 'OrderPlaced':
      return { status: 'placed', commandId: event.data.commandId };
    case 'OrderAbandoned':
      return { status: 'abandoned', commandId: event.data.commandId };
    default:
      return order;
  }
}
