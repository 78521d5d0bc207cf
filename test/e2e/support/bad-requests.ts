import { madeOrder, madePeople } from '../../bench/made-orders';

type Body = Record<string, unknown>;

/** A request to place an order that must be refused before anything is done. */
export interface BadRequest {
  readonly what: string;
  readonly status: number;
  /** Every field at fault, as JSON Pointers; none where the body was not looked into. */
  readonly pointers: readonly string[];
  readonly body: string | Uint8Array;
  /** What must not stand in the answer. */
  readonly secrets: readonly string[];
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

const people = madePeople();
const nextPerson = () => people.next().value as { number: string; birthDate: string };

/** A new order with one card holder whom nobody knows, as it would be taken. */
export function goodOrder(): { readonly key: string; readonly body: Body & { cardHolders: Body[] } } {
  const { commandId, body } = madeOrder(90_000, nextPerson());
  return { key: commandId, body: JSON.parse(body) as Body & { cardHolders: Body[] } };
}

const otherLastDigit = (number: string): string => number.slice(0, -1) + String((Number(number.at(-1)) + 1) % 10);

const weighted = (digits: string, weights: readonly number[]): number =>
  (11 - (weights.reduce((sum, weight, i) => sum + weight * Number(digits[i]), 0) % 11)) % 11;

/** Such as a real person could have, made at run time: none stands in this file. */
function numberOfNoSeries(): string {
  for (let individual = 0; ; individual++) {
    const nine = `010170${String(individual).padStart(3, '0')}`;
    const first = weighted(nine, [3, 7, 6, 1, 8, 9, 4, 5, 2]);
    const second = weighted(`${nine}${first}`, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
    if (first < 10 && second < 10) return `${nine}${first}${second}`;
  }
}

/** An order with some fields set to something else. Paths are JSON Pointers; `undefined` takes a field away. */
function orderWith(changes: Readonly<Record<string, unknown>>): { readonly body: string; readonly secrets: string[] } {
  const { body } = goodOrder();
  for (const [pointer, value] of Object.entries(changes)) {
    const path = pointer.slice(1).split('/');
    const last = path.pop()!;
    const holder = path.reduce((inner, name) => inner[name] as Body, body as Body);
    if (value === undefined) delete holder[last];
    else holder[last] = value;
  }
  const secrets = Object.values(changes).filter((value): value is string => typeof value === 'string' && value.length > 4);
  return { body: JSON.stringify(body), secrets };
}

const wrong = (what: string, status: number, changes: Readonly<Record<string, unknown>>, pointers = Object.keys(changes)): BadRequest => ({
  what,
  status,
  pointers,
  ...orderWith(changes),
});

function holders(count: number): Body[] {
  const [template] = goodOrder().body.cardHolders;
  return Array.from({ length: count }, () => ({ ...template, ...nextPerson() }));
}

const raw = (what: string, status: number, body: string | Buffer, more: Partial<BadRequest> = {}): BadRequest => ({
  what,
  status,
  pointers: [],
  secrets: [],
  body,
  ...more,
});

/** @param dNumber a valid D-number of the made people */
export function badRequests(dNumber: string): BadRequest[] {
  const [one, two] = holders(2);
  const { body } = goodOrder();
  return [
    wrong('a fødselsnummer whose check digits are wrong', 422, { '/cardHolders/0/number': otherLastDigit(nextPerson().number) }),
    wrong('a D-number whose check digits are wrong', 422, { '/cardHolders/0/number': otherLastDigit(dNumber) }),
    wrong('a number that a real person could have', 422, { '/cardHolders/0/number': numberOfNoSeries() }),
    wrong('a number of ten digits', 422, { '/cardHolders/0/number': nextPerson().number.slice(1) }),
    wrong('a date of birth that is not that of the number', 422, { '/cardHolders/0/birthDate': '1948-05-17' }),
    wrong('a D-number that is none', 422, { '/cardHolders/0/idKind': 'd-number' }),
    wrong('an organisation number whose check digit is wrong', 422, { '/customer/organisationNumber': '334115738' }),
    wrong('e-mail addresses that are none', 422, { '/contact/email': 'ingeborg at vik.example', '/invoice/email': 'faktura@@vik.example' }),
    wrong('a telephone number that is none', 422, { '/contact/phone': '+47 12' }),
    wrong('an order of tomorrow', 422, { '/placedAt': new Date(Date.now() + 86_400_000).toISOString() }),
    wrong('control characters in a name', 422, { '/contact/familyName': 'Sæther\u0007\u202e' }),
    wrong('several values at fault at once', 422, {
      '/customer/organisationNumber': '343115735',
      '/contact/email': 'nobody',
      '/contact/phone': 'none at all',
      '/delivery/country': 'Norge',
      '/cardHolders/0/number': otherLastDigit(nextPerson().number),
    }),
    wrong('no card holder', 422, { '/cardHolders': [] }),
    wrong('501 card holders', 422, { '/cardHolders': holders(501) }),
    wrong('the same person twice', 422, { '/cardHolders': [one, two, { ...one, givenName: 'Marte' }] }, ['/cardHolders/2/number']),
    wrong('fields that nobody knows', 400, { '/nickname': 'Inga Sæther', '/cardHolders/0/shoeSize': 43 }),
    wrong('fields that are not there', 400, { '/contact': undefined, '/cardHolders/0/photo': undefined, '/orderId': undefined }),
    wrong('values of the wrong type', 400, {
      '/orderId': 17,
      '/contact/email': ['ingeborg@vik.example'],
      '/customer': 'Vik Bygg AS',
      '/cardHolders/0/number': 7_816_723_854,
      '/expectRenewal': 'yes please',
    }),
    wrong('card holders that are no list', 400, { '/cardHolders': 'Marte Åsheim' }),
    raw('a body that is a list', 400, '[]', { pointers: [''] }),
    raw('a body that is cut off', 400, JSON.stringify(body).slice(0, -20), { secrets: ['Ingeborg', 'Sæther'] }),
    raw('a body that is not UTF-8', 400, Buffer.concat([Buffer.from('{"orderId":"'), Buffer.from([0xe6, 0xf8]), Buffer.from('"}')])),
    raw('a name of an object’s own', 400, JSON.stringify(body).replace('{', '{"__proto__":{"admin":true},'), { pointers: [''] }),
    raw('a body over the limit', 413, JSON.stringify({ ...body, filler: 'x'.repeat(1_100_000) })),
    raw('a body that is not JSON by its type', 415, JSON.stringify(body), { headers: { 'content-type': 'text/plain' } }),
    raw('no Idempotency-Key', 400, JSON.stringify(body), { headers: { 'idempotency-key': undefined } }),
    raw('an Idempotency-Key of two words', 400, JSON.stringify(body), { headers: { 'idempotency-key': 'two words' } }),
  ];
}
