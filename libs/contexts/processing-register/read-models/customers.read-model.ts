import type { LedgerEvent } from '@hjemmel/contexts/data-subjects/contract';
import type { OrderPlaced } from '@hjemmel/contexts/orders/contract';
import { orderStream } from '@hjemmel/contexts/orders/contract';
import { readModel } from '@hjemmel/projections/read-model';
import { company } from '../events';

type ProcessingAdmitted = Extract<LedgerEvent, { readonly type: 'ProcessingAdmitted' }>;

/** What was done on behalf of a customer under one activity: observed in the log, beside what the register declares (GDPR art. 30(2)(b)). */
export interface CustomerProcessingRow {
  /** Customer and activity, `314159265 D-1`. */
  readonly id: string;
  readonly customer: string;
  readonly activityId: string;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly uses: number;
}

export const customerProcessing = readModel<CustomerProcessingRow>('customer-processing', {
  version: 1,
  table: 'customer_processing',
  key: 'id',
  columns: { id: 'text', customer: 'text', activityId: 'text', firstAt: 'timestamptz', lastAt: 'timestamptz', uses: 'integer' },
  indexes: [['customer', 'activity_id']],
}).on<ProcessingAdmitted>(
  'ProcessingAdmitted',
  ({ event: { data } }) => (data.controller === company ? [] : `${data.controller} ${data.activity}`),
  (row, { event: { data }, recordedAt }, id) => ({
    id,
    customer: data.controller,
    activityId: data.activity,
    firstAt: row?.firstAt ?? recordedAt.toISOString(),
    lastAt: recordedAt.toISOString(),
    uses: (row?.uses ?? 0) + 1,
  }),
);

/** A sealed field with the place to which its cipher is bound. */
export interface PlacedField {
  readonly $sealed: string;
  readonly eventId: string;
  readonly stream: string;
  readonly path: string;
}

/** Name and contact of a controller for whom the company works (GDPR art. 30(2)(a)), sealed as the newest order has them. */
export interface CustomerRow {
  readonly customer: string;
  readonly knownSince: string;
  /** Under whose key the fields are sealed. */
  readonly subjectId: string;
  readonly name: PlacedField;
  readonly contactName: PlacedField;
  readonly contactEmail: PlacedField;
}

export const customers = readModel<CustomerRow>('customers', {
  version: 1,
  table: 'customers',
  key: 'customer',
  columns: {
    customer: 'text',
    knownSince: 'timestamptz',
    subjectId: 'text',
    name: 'jsonb',
    contactName: 'jsonb',
    contactEmail: 'jsonb',
  },
}).on<OrderPlaced>(
  'OrderPlaced',
  ({ event }) => event.data.customer.ref,
  (row, { id, event: { data }, recordedAt }, customer) => {
    const placed = (path: string, { $sealed }: { readonly $sealed: string }): PlacedField => ({
      $sealed,
      eventId: id,
      stream: orderStream(data.orderId),
      path,
    });
    return {
      customer,
      knownSince: row?.knownSince ?? recordedAt.toISOString(),
      subjectId: data.contact.subjectId,
      name: placed('customer.name', data.customer.name),
      contactName: placed('contact.name', data.contact.name),
      contactEmail: placed('contact.email', data.contact.email),
    };
  },
);
