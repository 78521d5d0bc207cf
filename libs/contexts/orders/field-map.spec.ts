import { dataCatalogue } from '../processing-register/catalogue';
import type { OrderPlaced } from './events';
import { clearInOrder, sealedInOrder } from './field-map';

const sealed = { $sealed: 'v1' };
/** Everything that an order can hold: the compiler wants each property of it. */
const whole: { readonly [K in keyof Required<OrderPlaced['data']>]: OrderPlaced['data'][K] } = {
  orderId: '',
  commandId: '',
  service: { product: 'hms-card', industry: 'construction', fieldList: '' },
  placedAt: '',
  customer: { ref: '', form: 'ENK', name: sealed, organisationNumber: sealed },
  contact: { subjectId: '', admissions: [''], name: sealed, email: sealed, phone: sealed },
  invoice: { admission: '', ehf: true, reference: sealed, email: sealed, address: sealed },
  delivery: sealed,
  cardHolders: [{ subjectId: '', admission: '', idKind: 'd-number', name: sealed, details: sealed, nationalId: sealed, photo: sealed }],
  expectRenewal: false,
};

function pathsIn(value: object, isWanted: (part: unknown) => boolean, path = ''): string[] {
  return Object.entries(value).flatMap(([key, part]: [string, unknown]) => {
    const at = path === '' ? key : `${path}.${Array.isArray(value) ? '*' : key}`;
    if (isWanted(part)) return [at];
    return typeof part === 'object' && part !== null ? pathsIn(part, isWanted, at) : [];
  });
}

const catalogued = Object.values({ ...sealedInOrder, ...clearInOrder });

describe('the map of an order’s fields', () => {
  it('has every sealed field that an order can have, and no other', () => {
    expect(pathsIn(whole, (part) => part === sealed).sort()).toEqual(Object.keys(sealedInOrder).sort());
  });

  it('has in clear only what an order has', () => {
    const all = pathsIn(whole, (part) => typeof part !== 'object' || part === sealed);
    expect(Object.keys(clearInOrder).filter((path) => !all.includes(path))).toEqual([]);
  });

  it('names fields of the data catalogue', () => {
    for (const { category, fields } of catalogued) expect(dataCatalogue[category]?.fields).toEqual(expect.arrayContaining([...fields]));
  });
});
