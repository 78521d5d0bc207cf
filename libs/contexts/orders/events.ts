import type { DomainEvent } from '@hjemmel/kernel';

/** A sealed personal field; sealing itself is the vault's business. */
interface Sealed {
  readonly $sealed: string;
}

export type OrderEvent = OrderPlaced | OrderAbandoned;

export type OrderPlaced = DomainEvent<
  'OrderPlaced',
  {
    readonly orderId: string;
    readonly commandId: string;
    /** What was ordered, and by which list of allowed fields its data was taken in. */
    readonly service: { readonly product: Product; readonly industry: Industry; readonly fieldList: string };
    readonly placedAt: string;
    readonly customer: SealedCustomer;
    readonly contact: SealedContact;
    readonly invoice: SealedInvoice;
    /** Address, sealed under the contact person's key. */
    readonly delivery: Sealed;
    readonly cardHolders: readonly SealedCardHolder[];
    readonly expectRenewal: boolean;
  }
>;

/** Written where a command broke off before its order: the order id can't be used any more, and its admissions are closed. */
export type OrderAbandoned = DomainEvent<'OrderAbandoned', { readonly orderId: string; readonly commandId: string }>;

export const products = ['hms-card'] as const;
export type Product = (typeof products)[number];
export const industries = ['construction', 'cleaning', 'van-transport'] as const;
export type Industry = (typeof industries)[number];

/** Organisational forms as the register of business enterprises codes them; ENK is a sole trader: a person. */
export type OrganisationForm = 'AS' | 'ASA' | 'ANS' | 'DA' | 'NUF' | 'SA' | 'ENK' | 'other';

export interface SealedCustomer {
  /** Names the customer in ledgers and events: its organisation number, or `enk-<pseudonym>` for a sole trader. */
  readonly ref: string;
  readonly form: OrganisationForm;
  /** Sealed, since firms are often named after people. */
  readonly name: Sealed;
  /** Clear for companies, sealed for a sole trader, whose number is personal data. */
  readonly organisationNumber: string | Sealed;
}

export interface SealedContact {
  readonly subjectId: string;
  readonly admissions: readonly string[];
  /** JSON `{ givenName, familyName }`. */
  readonly name: Sealed;
  readonly email: Sealed;
  readonly phone: Sealed;
}

export interface SealedInvoice {
  readonly admission: string;
  readonly ehf: boolean;
  readonly reference: Sealed;
  readonly email: Sealed;
  /** JSON address. */
  readonly address: Sealed;
}

export interface SealedCardHolder {
  readonly subjectId: string;
  readonly admission: string;
  readonly idKind: 'fodselsnummer' | 'd-number';
  readonly name: Sealed;
  /** JSON `{ birthDate, nationality }`. */
  readonly details: Sealed;
  readonly nationalId: Sealed;
  /** JSON description of the photo. */
  readonly photo: Sealed;
}

export const orderStream = (orderId: string): string => `order-${orderId}`;
