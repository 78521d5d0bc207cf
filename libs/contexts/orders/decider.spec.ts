import { given } from '@hjemmel/kernel/testing/given';
import { ordering } from './decider';
import type { OrderEvent, OrderPlaced } from './events';

const orderId = '39baa770-3202-4318-9844-2c55066dee89';
const sealed = { $sealed: 'v1.3f0c2f4f-9a3f-4f0a-b6b3-d5a8f1a0c9d1.XrZ6kptaMj-1-BU2_ETq0FDuMoNzi_8xDZortKcMdyY' };
const placed: Omit<OrderPlaced['data'], 'orderId' | 'commandId'> = {
  service: { product: 'hms-card', industry: 'construction', fieldList: 'hms-card/1' },
  placedAt: '2026-03-02T10:00:00.000Z',
  customer: { ref: '334115739', form: 'AS', name: sealed, organisationNumber: '334115739' },
  contact: { subjectId: '0a'.repeat(16), admissions: ['a1', 'a2'], name: sealed, email: sealed, phone: sealed },
  invoice: { admission: 'a2', ehf: true, reference: sealed, email: sealed, address: sealed },
  delivery: sealed,
  cardHolders: [
    {
      subjectId: '0b'.repeat(16),
      admission: 'b1',
      idKind: 'fodselsnummer',
      name: sealed,
      details: sealed,
      nationalId: sealed,
      photo: sealed,
    },
  ],
  expectRenewal: false,
};

const order = given(ordering);
const place = (commandId: string, changes: Partial<typeof placed> = {}) =>
  ({ type: 'PlaceOrder', orderId, commandId, placed: { ...placed, ...changes } }) as const;
const abandon = (commandId: string) => ({ type: 'AbandonOrder', orderId, commandId }) as const;
const isPlaced = (commandId: string): OrderEvent => ({ type: 'OrderPlaced', data: { orderId, commandId, ...placed } });
const isAbandoned = (commandId: string): OrderEvent => ({ type: 'OrderAbandoned', data: { orderId, commandId } });

describe('placing an order', () => {
  it('records it whole, with the command and the admissions it rests on', () => {
    order().when(place('c1')).then(isPlaced('c1'));
  });
  it('that comes again by the same command adds nothing', () => {
    order(isPlaced('c1')).when(place('c1')).nothing();
  });
  it('that comes again by the same command with another content adds nothing either: the first one stands', () => {
    order(isPlaced('c1'))
      .when(place('c1', { expectRenewal: true }))
      .nothing();
  });
  it('under an id that another command used is refused', () => {
    order(isPlaced('c1')).when(place('c2')).refused('order-exists');
  });
  it('is refused where the command broke off and was closed: a slow writer comes too late', () => {
    order(isAbandoned('c1')).when(place('c1')).refused('order-abandoned');
    order(isAbandoned('c1')).when(place('c2')).refused('order-abandoned');
  });
});

describe('abandoning an order whose command broke off', () => {
  it('ends its stream', () => order().when(abandon('c1')).then(isAbandoned('c1')));
  it('does nothing where it was placed, by whichever command', () => {
    order(isPlaced('c1')).when(abandon('c1')).nothing();
    order(isPlaced('c1')).when(abandon('c2')).nothing();
  });
  it('does nothing where it is abandoned', () => {
    order(isAbandoned('c1')).when(abandon('c1')).nothing();
  });
});

describe('an order’s stream', () => {
  it('is named by its id', () => {
    expect(ordering.stream(place('c1'))).toBe(`order-${orderId}`);
  });
  it('passes by a fact of a later version of the program', () => {
    order(isPlaced('c1'), { type: 'OrderShipped', data: {} } as never)
      .when(place('c1'))
      .nothing();
    order({ type: 'OrderShipped', data: {} } as never)
      .when(place('c1'))
      .then(isPlaced('c1'));
  });
});
