import { readModel } from '@hjemmel/projections/read-model';
import type { OrderPlaced, SealedCardHolder, SealedContact, SealedCustomer, SealedInvoice } from '../events';

/** An order as the console lists it. Personal fields stay sealed, with the event in which they stand. */
export interface OrderRow {
  readonly orderId: string;
  readonly eventId: string;
  readonly customer: string;
  readonly product: string;
  readonly industry: string;
  readonly placedAt: string;
  readonly recordedAt: string;
  readonly cardHolderCount: number;
  readonly expectRenewal: boolean;
  readonly sealed: SealedOrder;
  readonly revision: bigint;
}

export interface SealedOrder {
  readonly customer: SealedCustomer;
  readonly contact: SealedContact;
  readonly invoice: SealedInvoice;
  readonly delivery: OrderPlaced['data']['delivery'];
  readonly cardHolders: readonly SealedCardHolder[];
}

export const orders = readModel<OrderRow>('orders', {
  version: 1,
  table: 'orders',
  key: 'orderId',
  columns: {
    orderId: 'text',
    eventId: 'text',
    customer: 'text',
    product: 'text',
    industry: 'text',
    placedAt: 'timestamptz',
    recordedAt: 'timestamptz',
    cardHolderCount: 'integer',
    expectRenewal: 'boolean',
    sealed: 'jsonb',
    revision: 'bigint',
  },
  indexes: [
    ['placed_at desc', 'order_id desc'],
    ['customer', 'placed_at desc', 'order_id desc'],
  ],
}).on<OrderPlaced>(
  'OrderPlaced',
  ({ event }) => event.data.orderId,
  (_, { id, event: { data }, recordedAt, revision }) => ({
    orderId: data.orderId,
    eventId: id,
    customer: data.customer.ref,
    product: data.service.product,
    industry: data.service.industry,
    placedAt: data.placedAt,
    recordedAt: recordedAt.toISOString(),
    cardHolderCount: data.cardHolders.length,
    expectRenewal: data.expectRenewal,
    sealed: {
      customer: data.customer,
      contact: data.contact,
      invoice: data.invoice,
      delivery: data.delivery,
      cardHolders: data.cardHolders,
    },
    revision,
  }),
);
