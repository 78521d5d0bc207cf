import type { Grant } from '@hjemmel/admission';
import type { Admitted } from '@hjemmel/contexts/data-subjects/contract';
import type { CommandContext } from '@hjemmel/event-store';
import { eventIdOf } from '@hjemmel/kernel';
import { normaliseEmail, normalisePhone } from '@hjemmel/kernel/identifiers';
import type { Sealed, Sealer, Vault } from '@hjemmel/vault';
import { OrderPlaced, orderStream, SealedCardHolder } from '../events';
import { People } from './people';
import { CardHolderBody, PlaceOrderBody } from './place-order.body';

type Placed = Omit<OrderPlaced['data'], 'orderId' | 'commandId'>;

/** Puts every personal field of an order under its person's key, each bound to the event and path where it will stand. The command's instant says which year's invoice key. */
export async function sealOrder(
  order: PlaceOrderBody,
  { customer }: People,
  admitted: readonly Admitted[],
  vault: Vault,
  { commandId, now }: Pick<CommandContext, 'commandId' | 'now'>,
): Promise<Placed> {
  const [contact, ...holders] = admitted;
  const [ordering, invoicing] = contact!.grants;
  const put = fieldSealer(
    order.orderId,
    commandId,
    await vault.sealer(
      admitted.flatMap(({ grants }) => grants),
      now,
    ),
  );
  return {
    service: { product: order.product, industry: order.industry, fieldList: 'hms-card/1' },
    placedAt: new Date(order.placedAt).toISOString(),
    customer: {
      ...customer,
      name: put(ordering!, 'customer.org', 'customer.name', order.customer.name),
      organisationNumber:
        customer.form === 'ENK'
          ? put(ordering!, 'customer.org', 'customer.organisationNumber', order.customer.organisationNumber)
          : order.customer.organisationNumber,
    },
    contact: {
      subjectId: contact!.subjectId,
      admissions: contact!.grants.map(({ recordId }) => recordId),
      name: put(ordering!, 'subject.contact', 'contact.name', nameOf(order.contact)),
      email: put(ordering!, 'subject.contact', 'contact.email', normaliseEmail(order.contact.email)!),
      phone: put(ordering!, 'subject.contact', 'contact.phone', normalisePhone(order.contact.phone)!),
    },
    invoice: {
      admission: invoicing!.recordId,
      ehf: order.invoice.ehf,
      reference: put(invoicing!, 'invoice', 'invoice.reference', order.invoice.reference),
      email: put(invoicing!, 'invoice', 'invoice.email', normaliseEmail(order.invoice.email)!),
      address: put(invoicing!, 'invoice', 'invoice.address', JSON.stringify(order.invoice.address)),
    },
    delivery: put(ordering!, 'subject.contact', 'delivery', JSON.stringify(order.delivery)),
    cardHolders: order.cardHolders.map((holder, line) => sealHolder(holder, line, holders[line]!, put)),
    expectRenewal: order.expectRenewal,
  };
}

type Put = (grant: Grant, category: string, path: string, plaintext: string) => Sealed;

function fieldSealer(orderId: string, commandId: string, seal: Sealer): Put {
  const stream = orderStream(orderId);
  const eventId = eventIdOf(commandId, stream, 'OrderPlaced');
  return (grant, category, path, plaintext) => seal(grant, category, { eventId, stream, path }, plaintext);
}

function sealHolder(holder: CardHolderBody, line: number, { subjectId, grants }: Admitted, put: Put): SealedCardHolder {
  const grant = grants[0]!;
  const at = (field: string): string => `cardHolders.${line}.${field}`;
  return {
    subjectId,
    admission: grant.recordId,
    idKind: holder.idKind,
    name: put(grant, 'subject.contact', at('name'), nameOf(holder)),
    details: put(grant, 'subject.contact', at('details'), JSON.stringify({ birthDate: holder.birthDate, nationality: holder.nationality })),
    nationalId: put(grant, 'subject.nationalId', at('nationalId'), holder.number),
    photo: put(grant, 'subject.photo', at('photo'), JSON.stringify(holder.photo)),
  };
}

const nameOf = ({ givenName, familyName }: { readonly givenName: string; readonly familyName: string }): string =>
  JSON.stringify({ givenName, familyName });
