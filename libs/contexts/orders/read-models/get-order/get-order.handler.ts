import { IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { FieldRequest, Reads, shown } from '@hjemmel/contexts/data-subjects/contract';
import { Problem } from '@hjemmel/kernel';
import { entityOf } from '@hjemmel/projections/entity';
import { DataSource } from 'typeorm';
import { OrderView, requestsOf, summaryOf, summaryRequests } from '../order-view';
import { OrderRow, orders } from '../orders.read-model';
import { GetOrder } from './get-order.query';

export const orderEntity = entityOf(orders);

@QueryHandler(GetOrder)
export class GetOrderHandler implements IQueryHandler<GetOrder> {
  constructor(
    private readonly dataSource: DataSource,
    private readonly reads: Reads,
  ) {}

  async execute({ orderId, context }: GetOrder): Promise<OrderView> {
    const row = await this.dataSource.getRepository(orderEntity).findOneBy({ orderId });
    if (!row) throw new Problem({ type: '/problems/no-such-order', title: 'No such order', status: 404 });
    const requests = fieldsOf(row);
    const answers = await this.reads.open('GetOrder', [...requests.values()].flat(), context);
    const byRequest = new Map([...requests.values()].flat().map((request, i) => [request, answers[i]!]));
    const answered = (group: string) => requests.get(group)!.map((request) => byRequest.get(request)!);
    return viewOf(row, answered);
  }
}

/** Requests by part of the view. */
function fieldsOf(row: OrderRow): Map<string, FieldRequest[]> {
  const { ordering, invoicing, cardHolder } = requestsOf(row);
  const { contact, customer, invoice, delivery, cardHolders } = row.sealed;
  const fields = new Map<string, FieldRequest[]>([
    ['summary', summaryRequests(row)],
    ['contact', [ordering('subject.contact', 'contact.email', contact.email), ordering('subject.contact', 'contact.phone', contact.phone)]],
    ['delivery', [ordering('subject.contact', 'delivery', delivery)]],
    [
      'invoice',
      [
        invoicing('invoice', 'invoice.reference', invoice.reference),
        invoicing('invoice', 'invoice.email', invoice.email),
        invoicing('invoice', 'invoice.address', invoice.address),
      ],
    ],
    [
      'organisation',
      typeof customer.organisationNumber === 'string'
        ? []
        : [ordering('customer.org', 'customer.organisationNumber', customer.organisationNumber)],
    ],
  ]);
  cardHolders.forEach(({ name, details }, line) => {
    const request = cardHolder(line);
    fields.set(`cardHolders.${line}`, [
      request('subject.contact', `cardHolders.${line}.name`, name),
      request('subject.contact', `cardHolders.${line}.details`, details),
    ]);
  });
  return fields;
}

function viewOf(row: OrderRow, answered: (group: string) => Parameters<typeof summaryOf>[1]): OrderView {
  const summary = summaryOf(row, answered('summary'));
  const { organisationNumber } = row.sealed.customer;
  const [email, phone] = answered('contact');
  const [reference, invoiceEmail, address] = answered('invoice');
  return {
    ...summary,
    recordedAt: row.recordedAt,
    revision: String(row.revision),
    customer: {
      ...summary.customer,
      organisationNumber: typeof organisationNumber === 'string' ? { value: organisationNumber } : shown(answered('organisation')[0]!),
    },
    contact: { ...summary.contact, email: shown(email!), phone: shown(phone!) },
    invoice: {
      ehf: row.sealed.invoice.ehf,
      reference: shown(reference!),
      email: shown(invoiceEmail!),
      address: shown(address!, JSON.parse),
    },
    delivery: shown(answered('delivery')[0]!, JSON.parse),
    cardHolders: row.sealed.cardHolders.map(({ subjectId, idKind }, line) => {
      const [name, details] = answered(`cardHolders.${line}`);
      return { subjectId, idKind, name: shown(name!, JSON.parse), details: shown(details!, JSON.parse) };
    }),
  };
}
