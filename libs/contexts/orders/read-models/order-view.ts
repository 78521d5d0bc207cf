import { ApiProperty } from '@nestjs/swagger';
import { FieldAnswer, FieldRequest, shown, ShownField } from '@hjemmel/contexts/data-subjects/contract';
import { orderStream } from '../events';
import type { OrderRow } from './orders.read-model';

export class ShownCustomer {
  @ApiProperty({ description: 'Organisation number, or a pseudonym for a sole trader' })
  ref!: string;

  @ApiProperty({ example: 'AS' })
  form!: string;

  @ApiProperty()
  name!: ShownField;
}

export class ShownContact {
  @ApiProperty()
  subjectId!: string;

  @ApiProperty({ description: '`{ givenName, familyName }`' })
  name!: ShownField;
}

/** An order in a list. */
export class OrderSummary {
  @ApiProperty()
  orderId!: string;

  @ApiProperty()
  product!: string;

  @ApiProperty()
  industry!: string;

  @ApiProperty({ format: 'date-time' })
  placedAt!: string;

  @ApiProperty()
  cardHolderCount!: number;

  @ApiProperty()
  expectRenewal!: boolean;

  @ApiProperty()
  customer!: ShownCustomer;

  @ApiProperty()
  contact!: ShownContact;
}

export class ShownInvoice {
  @ApiProperty()
  ehf!: boolean;

  @ApiProperty()
  reference!: ShownField;

  @ApiProperty()
  email!: ShownField;

  @ApiProperty()
  address!: ShownField;
}

export class ShownFullContact extends ShownContact {
  @ApiProperty()
  email!: ShownField;

  @ApiProperty()
  phone!: ShownField;
}

export class ShownFullCustomer extends ShownCustomer {
  @ApiProperty()
  organisationNumber!: ShownField;
}

export class ShownCardHolder {
  @ApiProperty()
  subjectId!: string;

  @ApiProperty()
  idKind!: string;

  @ApiProperty({ description: '`{ givenName, familyName }`' })
  name!: ShownField;

  @ApiProperty({ description: '`{ birthDate, nationality }`' })
  details!: ShownField;
}

/** One order whole; national identity numbers and photos are not part of looking at an order (personopplysningsloven § 12). */
export class OrderView extends OrderSummary {
  @ApiProperty({ format: 'date-time' })
  recordedAt!: string;

  @ApiProperty()
  declare customer: ShownFullCustomer;

  @ApiProperty()
  declare contact: ShownFullContact;

  @ApiProperty()
  invoice!: ShownInvoice;

  @ApiProperty()
  delivery!: ShownField;

  @ApiProperty({ type: [ShownCardHolder] })
  cardHolders!: ShownCardHolder[];

  @ApiProperty({ description: 'Revision of the order’s stream' })
  revision!: string;
}

type Sealed = { readonly $sealed: string };

/** The fields of an order as requests to open them, each under the activity that reading it belongs to. */
export function requestsOf(row: OrderRow) {
  const { contact, customer } = row.sealed;
  const stream = orderStream(row.orderId);
  const request =
    (subjectId: string, activity: string, purpose: string) =>
    (category: string, path: string, { $sealed }: Sealed): FieldRequest => ({
      name: path.replace(/\.\d+\./, '.'),
      field: { $sealed, eventId: row.eventId, stream, path, subjectId, category },
      use: { activity, purpose, customer: customer.ref },
    });
  return {
    ordering: request(contact.subjectId, 'C-1', 'deliver-service'),
    invoicing: request(contact.subjectId, 'C-2', 'invoicing'),
    cardHolder: (line: number) => request(row.sealed.cardHolders[line]!.subjectId, 'D-1', 'hms-card-ordering'),
  };
}

export function summaryRequests(row: OrderRow): FieldRequest[] {
  const { ordering } = requestsOf(row);
  const { contact, customer } = row.sealed;
  return [ordering('subject.contact', 'contact.name', contact.name), ordering('customer.org', 'customer.name', customer.name)];
}

export function summaryOf(row: OrderRow, [contactName, customerName]: readonly FieldAnswer[]): OrderSummary {
  const { contact, customer } = row.sealed;
  return {
    orderId: row.orderId,
    product: row.product,
    industry: row.industry,
    placedAt: row.placedAt,
    cardHolderCount: row.cardHolderCount,
    expectRenewal: row.expectRenewal,
    customer: { ref: customer.ref, form: customer.form, name: shown(customerName!) },
    contact: { subjectId: contact.subjectId, name: shown(contactName!, JSON.parse) },
  };
}
