import { Answer, Api, expectStatus } from './api';
import type { MadeOrder } from './orders';

export interface OrderPlaced {
  readonly orderId: string;
  readonly contact: { readonly subjectId: string };
  readonly cardHolders: readonly { readonly subjectId: string }[];
  readonly position: string;
}

/** As a shop would send them: a few at once, and each to its end. */
const IN_FLIGHT = 8;

/** Places the orders and gives the answers in their order. */
export async function placeOrders(api: Api, orders: readonly MadeOrder[], onPlaced: () => void): Promise<Answer<OrderPlaced>[]> {
  const answers: Answer<OrderPlaced>[] = [];
  let next = 0;
  const placeNext = async (): Promise<void> => {
    for (let line = next++; line < orders.length; line = next++) {
      const order = orders[line]!;
      answers[line] = expectStatus(`order ${line + 1}`, await api.command('/orders', order.commandId, order), 201);
      onPlaced();
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, placeNext));
  return answers;
}
