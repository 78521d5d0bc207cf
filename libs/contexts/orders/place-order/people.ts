import type { Capacity } from '@hjemmel/admission';
import type { AdmissionRequest } from '@hjemmel/contexts/data-subjects/contract';
import { company, consentWordings } from '@hjemmel/contexts/processing-register/contract';
import { normaliseEmail } from '@hjemmel/kernel/identifiers';
import type { Identities, IdentityClaim, StoredKey, Vault } from '@hjemmel/vault';
import { customerRefOf } from '../customer-ref';
import { formOf } from '../customer';
import { OrganisationForm, orderStream } from '../events';
import { PlaceOrderBody } from './place-order.body';

/** Everyone whose data an order uses: the contact person first, then the card holders by line. */
export interface People {
  readonly customer: { readonly ref: string; readonly form: OrganisationForm };
  readonly requests: readonly AdmissionRequest[];
}

/** The words beside the box on the order form. */
const marketing = consentWordings.find(({ purpose, locale }) => purpose === 'marketing' && locale === 'nb')!;
const marketingWording = { version: marketing.version, locale: marketing.locale, hash: marketing.hash };

const contactCategories = ['subject.contact', 'customer.org', 'invoice'] as const;
const cardHolderCategories = ['subject.contact', 'subject.nationalId', 'subject.photo'] as const;

/** Finds or makes the pseudonyms and keys of everyone in the order, and says which uses are asked for of whom. */
export async function peopleOf(order: PlaceOrderBody, identities: Identities, vault: Vault, at: Date): Promise<People> {
  const form = formOf(order.customer.name);
  const contactClaim: IdentityClaim = { controller: company, kind: 'email', value: normaliseEmail(order.contact.email)! };
  const ref = await customerRefOf(order.customer, identities);
  const claims = order.cardHolders.map(({ number }): IdentityClaim => ({ controller: ref, kind: 'national-id', value: number }));
  const [contact, ...holders] = await identities.resolve([contactClaim, ...claims]);
  const [contactKeys, ...holderKeys] = await vault.keysFor(
    [
      { subjectId: contact!.subjectId, categories: contactCategories },
      ...holders.map(({ subjectId }) => ({ subjectId, categories: cardHolderCategories })),
    ],
    at,
  );
  const customer = { ref, form };
  return {
    customer,
    requests: [
      { ...contact!, keys: contactKeys!.map(commitment), ...contactPart(order, customer, at) },
      ...holders.map((holder, line) => ({ ...holder, keys: holderKeys[line]!.map(commitment), ...cardHolderPart(order, ref, line) })),
    ],
  };
}

type Part = Omit<AdmissionRequest, 'subjectId' | 'keys' | 'isNew'>;

function contactPart(order: PlaceOrderBody, { ref, form }: People['customer'], at: Date): Part {
  const capacity: Capacity = form === 'ENK' ? 'sole-trader' : 'company-representative';
  const use = { kind: 'processing', customer: ref } as const;
  return {
    pointer: '/contact',
    act: 'PlaceOrder',
    factStream: orderStream(order.orderId),
    registration: { controller: company, source: 'orderer' },
    relation: { customer: ref, capacity },
    uses: [
      { ...use, activity: 'C-1', purpose: 'deliver-service', categories: ['subject.contact', 'customer.org'] },
      { ...use, activity: 'C-2', purpose: 'invoicing', categories: ['invoice'] },
      ...(order.expectRenewal ? [{ ...use, activity: 'C-5', purpose: 'renewal', categories: ['subject.contact'] }] : []),
      ...(order.marketingConsent ? [{ ...use, activity: 'C-9', purpose: 'consent-evidence', categories: ['consent.record'] }] : []),
    ],
    ...(order.marketingConsent && {
      consents: [{ purpose: 'marketing', wording: marketingWording, surface: 'order-form', steps: 1, givenAt: at.toISOString() }],
    }),
  };
}

function cardHolderPart(order: PlaceOrderBody, customer: string, line: number): Part {
  return {
    pointer: `/cardHolders/${line}`,
    act: 'PlaceOrder',
    factStream: orderStream(order.orderId),
    registration: { controller: customer, source: 'employer' },
    relation: { customer, capacity: 'worker' },
    uses: [{ kind: 'processing', customer, activity: 'D-1', purpose: 'hms-card-ordering', categories: [...cardHolderCategories] }],
  };
}

const commitment = ({ keyId, retentionClass, commitment: bytes }: StoredKey) => ({
  keyId,
  retentionClass,
  commitment: bytes.toString('base64url'),
});
