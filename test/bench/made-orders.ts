import { randomUUID } from 'node:crypto';

const weights1 = [3, 7, 6, 1, 8, 9, 4, 5, 2];
const weights2 = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];

/** The `n`-th synthetic fødselsnummer (month + 80) of people born in the 1960s to 1990s, with its date of birth. */
export function* madePeople(): Generator<{ number: string; birthDate: string }> {
  for (let year = 60; year < 100; year++)
    for (let month = 1; month <= 12; month++)
      for (let day = 1; day <= 28; day++)
        for (let individual = 0; individual < 500; individual++) {
          const nine = `${two(day)}${two(month + 80)}${two(year)}${String(individual).padStart(3, '0')}`;
          const k1 = checkDigit(nine, weights1);
          if (k1 === 10) continue;
          const k2 = checkDigit(`${nine}${k1}`, weights2);
          if (k2 !== 10) yield { number: `${nine}${k1}${k2}`, birthDate: `19${two(year)}-${two(month)}-${two(day)}` };
        }
}

const two = (n: number): string => String(n).padStart(2, '0');
const checkDigit = (digits: string, weights: readonly number[]): number =>
  (11 - (weights.reduce((sum, w, i) => sum + w * Number(digits[i]), 0) % 11)) % 11;

export const madeCustomer = { organisationNumber: '334115739', name: 'Vik Bygg AS' };

/** An order with one card holder whom nobody knows yet, by one of five thousand contact persons, so that orders seldom meet on one ledger. */
export function madeOrder(n: number, person: { number: string; birthDate: string }): { commandId: string; body: string } {
  const address = { line1: `Øvre gate ${n}`, postalCode: '9008', city: 'Tromsø', country: 'NO' };
  const body = {
    orderId: randomUUID(),
    placedAt: '2026-01-06T05:14:10.000Z',
    product: 'hms-card',
    industry: 'construction',
    customer: madeCustomer,
    contact: { givenName: 'Ingeborg', familyName: 'Sæther', email: `ingeborg.${n % 5_000}@vik.example`, phone: '+47 923 61 226' },
    invoice: { reference: `PO-${n}`, email: 'faktura@vik.example', ehf: true, address },
    delivery: address,
    cardHolders: [
      {
        givenName: 'Rūta',
        familyName: 'Kazlauskas',
        number: person.number,
        birthDate: person.birthDate,
        idKind: 'fodselsnummer',
        nationality: 'LT',
        photo: { mediaType: 'image/jpeg', widthPx: 413, heightPx: 531, seed: n },
      },
    ],
    expectRenewal: false,
    marketingConsent: false,
  };
  return { commandId: randomUUID(), body: JSON.stringify(body) };
}
