import { decider, refuse } from '@hjemmel/kernel';
import { OrderEvent, OrderPlaced, orderStream } from './events';
import { evolve, noOrder, Order } from './state';

export type OrderCommand =
  | {
      readonly type: 'PlaceOrder';
      readonly orderId: string;
      readonly commandId: string;
      readonly placed: Omit<OrderPlaced['data'], 'orderId' | 'commandId'>;
    }
  | { readonly type: 'AbandonOrder'; readonly orderId: string; readonly commandId: string };

export type OrderRefusal = 'order-exists' | 'order-abandoned';

export const ordering = decider<OrderCommand, Order, OrderEvent, OrderRefusal>({
  stream: ({ orderId }) => orderStream(orderId),
  initial: noOrder,
  evolve,
  decide: {
    PlaceOrder: ({ orderId, commandId, placed }, order) => {
      if (order.status === 'none') return [{ type: 'OrderPlaced', data: { orderId, commandId, ...placed } }];
      if (order.status === 'abandoned') return refuse('order-abandoned');
      return order.commandId === commandId ? [] : refuse('order-exists');
    },
    AbandonOrder: ({ orderId, commandId }, order) =>
      order.status === 'none' ? [{ type: 'OrderAbandoned', data: { orderId, commandId } }] : [],
  },
});
