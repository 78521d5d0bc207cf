import { Fault } from '@hjemmel/kernel';
import {
  agreesWithBirthDate,
  checkNationalId,
  checkOrganisationNumber,
  NationalIdRules,
  normaliseEmail,
  normalisePhone,
} from '@hjemmel/kernel/identifiers';
import { PlaceOrderBody } from './place-order.body';

/**
 * Faults of value in an order of the right shape: numbers, addresses, the same person twice. Gives every one; never the value at fault.
 * `pointer` is into the order.
 */
export function faultsOf(order: PlaceOrderBody, rules: NationalIdRules): Fault[] {
  const organisation = checkOrganisationNumber(order.customer.organisationNumber, rules);
  return [
    ...(organisation.ok ? [] : [fault('/customer/organisationNumber', organisation.fault, 'is no organisation number in use here')]),
    ...emailFaults('/contact/email', order.contact.email),
    ...emailFaults('/invoice/email', order.invoice.email),
    ...(normalisePhone(order.contact.phone) === undefined ? [fault('/contact/phone', 'not-a-phone-number', 'is no telephone number')] : []),
    ...(Date.parse(order.placedAt) > rules.on.getTime() + CLOCK_SKEW_MS ? [fault('/placedAt', 'in-the-future', 'lies in the future')] : []),
    ...order.cardHolders.flatMap((_, line) => cardHolderFaults(order, line, rules)),
  ];
}

/** What clocks of other systems may be ahead of ours. */
const CLOCK_SKEW_MS = 5 * 60_000;

function cardHolderFaults({ cardHolders }: PlaceOrderBody, line: number, rules: NationalIdRules): Fault[] {
  const { number, birthDate, idKind } = cardHolders[line]!;
  const at = `/cardHolders/${line}`;
  const verdict = checkNationalId(number, rules);
  if (!verdict.ok) return [fault(`${at}/number`, verdict.fault, 'is no national identity number accepted here')];
  const faults: Fault[] = [];
  if (verdict.kind !== idKind) faults.push(fault(`${at}/idKind`, 'other-kind', 'is not the kind of the number'));
  if (!agreesWithBirthDate(number, birthDate) || (verdict.birthDate !== undefined && verdict.birthDate !== birthDate)) {
    faults.push(fault(`${at}/birthDate`, 'disagrees-with-number', 'is not the date of birth in the number'));
  }
  const first = cardHolders.findIndex((other) => other.number === number);
  if (first < line) faults.push(fault(`${at}/number`, 'same-person-twice', `is the person of line ${first} once more`));
  return faults;
}

const emailFaults = (pointer: string, value: string): Fault[] =>
  normaliseEmail(value) === undefined ? [fault(pointer, 'not-an-email-address', 'is no e-mail address')] : [];

const fault = (pointer: string, rule: string, detail: string): Fault => ({ pointer, rule, detail });
