import type { MadeOrder } from '../../demo/orders';
import type { Secret } from './spellings';

/** Families are looked for by their name alone where it is long enough not to be met by chance. */
const SHORTEST_NAME = 5;

/** Everything personal that was given with the orders: names, numbers, addresses of every kind, and the names of firms, which are often people's. */
export function secretsOf(orders: readonly MadeOrder[]): Secret[] {
  const secrets = new Map<string, Secret>();
  const add = (what: string, text: string, kind: Secret['kind'] = 'text'): void => {
    if (!secrets.has(text)) secrets.set(text, { what, text, kind });
  };
  orders.forEach((order, line) => {
    const at = `order ${line + 1}`;
    const { contact, customer, invoice, delivery } = order;
    add(`${at}, e-mail of the contact`, contact.email);
    addPhone(`${at}, phone of the contact`, contact.phone, add);
    add(`${at}, e-mail for invoices`, invoice.email);
    add(`${at}, reference of the invoice`, invoice.reference);
    add(`${at}, name of the customer`, customer.name);
    add(`${at}, address of the invoice`, invoice.address.line1);
    add(`${at}, address of the delivery`, delivery.line1);
    addName(`${at}, contact`, contact, add);
    order.cardHolders.forEach((holder, i) => {
      const who = `${at}, card holder ${i + 1}`;
      add(`${who}, national identity number`, holder.number, 'number');
      add(`${who}, national identity number`, `${holder.number.slice(0, 6)} ${holder.number.slice(6)}`, 'number');
      addName(who, holder, add);
    });
  });
  return [...secrets.values()];
}

type Add = (what: string, text: string, kind?: Secret['kind']) => void;

function addPhone(what: string, given: string, add: Add): void {
  const digits = given.replaceAll(/\D/g, '');
  add(what, given);
  add(what, given.replace(/^\+47 /, ''));
  add(what, `+${digits}`);
  add(what, digits.slice(-8), 'number');
}

function addName(who: string, { givenName, familyName }: { readonly givenName: string; readonly familyName: string }, add: Add): void {
  const what = `${who}, name`;
  const full = `${givenName} ${familyName}`;
  for (const text of [full, full.toLowerCase(), full.toUpperCase(), `${familyName}, ${givenName}`]) add(what, text);
  add(what, `"${givenName}","familyName":"${familyName}"`);
  add(what, `\\"${givenName}\\",\\"familyName\\":\\"${familyName}\\"`);
  if (familyName.length >= SHORTEST_NAME) add(`${who}, family name`, familyName, 'word');
  if (givenName.length >= SHORTEST_NAME) add(`${who}, given name`, givenName, 'word');
}
