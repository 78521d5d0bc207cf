import { ClassStanding, standingsOf } from './due';
import type { Held } from './held';
import {
  admitted,
  began,
  consented,
  contractEnded,
  customer,
  erased,
  holding,
  keyed,
  norms,
  objected,
  other,
  registered,
  related,
  withdrew,
} from './testing/person';

const at = new Date('2030-06-01T10:00:00.000Z');
const standing = (held: Held, of = norms(), now = at): ClassStanding => standingsOf(held, of, now)[0]!;
const ordered = [registered('contact'), admitted('C-1')] as const;

describe('data of an order (GDPR art. 5(1)(e); foreldelsesloven)', () => {
  it('is open while the contract lasts', () => {
    expect(standing(holding(...ordered))).toEqual({
      retentionClass: 'contact',
      state: 'open',
      activity: 'C-1',
      customer,
      rule: 'order-3y',
      ruleVersion: 1,
      trigger: 'contract-ended',
    });
  });

  it('is kept for three years from its end, to the end of the last day in Oslo (Regulation 1182/71 art. 3)', () => {
    const held = holding(...ordered, contractEnded('2027-06-01T22:30:00.000Z')); // 2 June in Oslo
    expect(standing(held)).toMatchObject({ state: 'kept', until: '2030-06-02', overAt: '2030-06-02T22:00:00.000Z' });
    expect(standing(held, norms(), new Date('2030-06-02T21:59:59.999Z')).state).toBe('kept');
    expect(standing(held, norms(), new Date('2030-06-02T22:00:00.000Z')).state).toBe('due');
  });

  it('that ends on a 29 February is kept to the end of February', () => {
    expect(standing(holding(...ordered, contractEnded('2028-02-29T12:00:00.000Z'))).until).toBe('2031-02-28');
  });

  it('is not let go under a length that is assumed: it waits for the confirmation of a person (P-62)', () => {
    const held = holding(...ordered, contractEnded('2027-01-31T12:00:00.000Z'));
    expect(standing(held, norms({ 'order-3y': { confirmed: false } }))).toMatchObject({
      state: 'waiting-for-confirmation',
      rule: 'order-3y',
      until: '2030-01-31',
      assumed: true,
    });
  });

  it('is open again where the relation goes on, whatever ended before', () => {
    expect(standing(holding(...ordered, contractEnded('2020-01-31T12:00:00.000Z'), related())).state).toBe('open');
    expect(standing(holding(...ordered, began('contract-ended', '2020-01-31T12:00:00.000Z', customer), related())).state).toBe('open');
  });

  it('for two customers is held by both: until the later of their ends', () => {
    const both = [...ordered, related(other), admitted('C-1', { towards: other }), contractEnded('2027-01-31T12:00:00.000Z')];
    expect(standing(holding(...both))).toMatchObject({ state: 'open', customer: other });
    expect(standing(holding(...both, contractEnded('2028-01-31T12:00:00.000Z', other)))).toMatchObject({
      state: 'kept',
      until: '2031-01-31',
      customer: other,
    });
  });

  it('is not kept longer by a use that stores nothing', () => {
    const held = holding(...ordered, contractEnded('2027-01-31T12:00:00.000Z'), admitted('C-3', { fact: false }));
    expect(standing(held).state).toBe('due');
  });

  it('that was erased is held by nobody; what is collected anew counts anew', () => {
    const gone = [...ordered, contractEnded('2020-01-31T12:00:00.000Z'), erased('contact', 'subject.contact', 'customer.org')];
    expect(standingsOf(holding(...gone), norms(), at)).toEqual([]);
    expect(standing(holding(...gone, related(), keyed('contact'), admitted('C-1'))).state).toBe('open');
  });
});

describe('invoices (bokføringsloven § 13)', () => {
  const invoiced = holding(registered('invoice-2025', 'invoice-2026'), admitted('C-2'));
  it('are kept for five years from the end of their financial year, without anybody saying that it ended', () => {
    expect(standingsOf(invoiced, norms(), at)).toMatchObject([
      { retentionClass: 'invoice-2025', state: 'kept', rule: 'bokforing-5y', until: '2030-12-31' },
      { retentionClass: 'invoice-2026', state: 'kept', rule: 'bokforing-5y', until: '2031-12-31' },
    ]);
  });

  it('of one year go without those of the next', () => {
    expect(standingsOf(invoiced, norms(), new Date('2031-01-01T00:00:00.000Z')).map(({ state }) => state)).toEqual(['due', 'kept']);
  });

  it('outlive the order, whose data goes by its own rule', () => {
    const held = holding(
      registered('contact', 'invoice-2026'),
      admitted('C-1'),
      admitted('C-2'),
      contractEnded('2026-04-01T00:00:00.000Z'),
    );
    expect(standingsOf(held, norms(), at).map(({ retentionClass, state }) => [retentionClass, state])).toEqual([
      ['contact', 'due'],
      ['invoice-2026', 'kept'],
    ]);
  });

  it('sealed before years had keys of their own are counted from the last of them', () => {
    const held = holding(
      registered('invoice'),
      [admitted('C-2'), '2024-05-01T00:00:00.000Z'],
      [admitted('C-2'), '2025-12-31T23:30:00.000Z'],
    );
    expect(standing(held).until).toBe('2031-12-31'); // New Year in Oslo
  });
});

describe('data that several rules hold', () => {
  it('is kept by the longest: a worker’s photo for the life of the card (HMS-card scheme)', () => {
    const held = holding(registered('photo'), admitted('D-1'), began('card-issued', '2029-01-10T09:00:00.000Z'));
    expect(standing(held)).toMatchObject({ state: 'kept', rule: 'card-life', until: '2031-01-10' });
  });

  it('begins anew with what happened last, and on the account of the customer to whom it happened', () => {
    const issued = [registered('photo'), admitted('D-1'), began('card-issued', '2025-01-10T09:00:00.000Z', customer)];
    expect(standing(holding(...issued)).state).toBe('due');
    expect(standing(holding(...issued, began('card-issued', '2029-01-10T09:00:00.000Z', customer))).until).toBe('2031-01-10');
    expect(standing(holding(...issued, began('card-issued', '2029-01-10T09:00:00.000Z', other))).state).toBe('due');
  });

  it('waits where two end together and one of them is assumed', () => {
    const held = holding(registered('photo'), admitted('D-1'), began('card-issued', '2025-01-10T09:00:00.000Z'));
    expect(standing(held, norms({ 'card-issued-90d': { length: 'P2Y', confirmed: false } })).state).toBe('waiting-for-confirmation');
  });
});

describe('data without a rule (promise P-68: no rule, no storing)', () => {
  it('is told of: a category that none of its activity’s rules is for', () => {
    expect(standing(holding(...ordered), norms({}, { 'C-1': { retention: [] } }))).toEqual({
      retentionClass: 'contact',
      state: 'no-rule',
      activity: 'C-1',
      customer,
    });
  });
  it('is told of: a rule that nobody has set, an activity that nobody has declared, a key that no activity needs', () => {
    const ruled = norms({}, { 'C-1': { retention: [{ rule: 'nobody-set-it', covers: 'all' }] } });
    expect(standing(holding(...ordered), ruled)).toMatchObject({ state: 'no-rule', rule: 'nobody-set-it' });
    expect(standing(holding(registered('contact'), admitted('X-1')))).toMatchObject({ state: 'no-rule', activity: 'X-1' });
    expect(standing(holding(registered('contact')))).toEqual({ retentionClass: 'contact', state: 'no-rule' });
  });
  it('is not due, though another rule is over', () => {
    const held = holding(...ordered, contractEnded('2020-01-01T12:00:00.000Z'), admitted('X-1'));
    expect(standing(held).state).toBe('no-rule');
  });
});

describe('keeping for a renewal (promises P-69, P-70)', () => {
  const renewing = [registered('contact'), [admitted('C-5'), '2026-03-02T10:00:00.000Z']] as const;
  it('goes on for three months after the card has expired', () => {
    const held = holding(...renewing, began('card-expired', '2030-05-01T10:00:00.000Z', customer));
    expect(standing(held)).toMatchObject({ state: 'kept', rule: 'renewal', until: '2030-08-01' });
  });
  it('without a length refuses to run until a number is set (T-14), also before the card has expired', () => {
    const unset = norms({ renewal: { length: undefined } as object });
    expect(standing(holding(...renewing), unset)).toMatchObject({ state: 'refused-no-length', rule: 'renewal' });
    const held = holding(...renewing, began('card-expired', '2020-05-01T10:00:00.000Z', customer));
    expect(standing(held, unset)).toMatchObject({ state: 'refused-no-length', rule: 'renewal' });
  });
  it('is bounded where nobody said when the card expired: two years from its issue, or from the order', () => {
    expect(standing(holding(...renewing)).until).toBe('2028-06-02');
    expect(standing(holding(...renewing, began('card-issued', '2026-04-10T10:00:00.000Z'))).until).toBe('2028-07-10');
    expect(standing(holding(...renewing), norms({ 'card-life': { length: undefined } as object })).state).toBe('open');
  });
  it.each([
    ['an objection', objected('renewal', '2026-05-05T10:00:00.000Z')],
    ['a withdrawal', withdrew('renewal', '2026-05-05T10:00:00.000Z')],
  ])('ends at once with %s, and waits for nobody’s confirmation', (_, event) => {
    const held = holding(...renewing, event);
    const assumed = norms({}, {}, undefined);
    expect(standing(held, assumed, new Date('2026-05-05T10:00:00.000Z'))).toMatchObject({
      state: 'due',
      trigger: 'opted-out',
      overAt: '2026-05-05T10:00:00.000Z',
      until: '2026-05-05',
    });
  });
  it('of an order after the opting out counts anew', () => {
    const held = holding(...renewing, withdrew('renewal', '2026-05-05T10:00:00.000Z'), [admitted('C-5'), '2027-01-10T10:00:00.000Z']);
    expect(standing(held).until).toBe('2029-04-10');
  });
  it('ends nothing else: the order is kept by its own rule', () => {
    expect(standing(holding(...renewing, admitted('C-1'), objected('renewal', '2026-05-05T10:00:00.000Z'))).state).toBe('open');
  });
});

describe('direct marketing (GDPR art. 7(3), 21(3))', () => {
  const consent = [registered('contact'), consented('marketing', '2026-03-02T10:00:00.000Z')] as const;
  it('keeps the address while the consent lives', () => {
    expect(standing(holding(...consent))).toMatchObject({ state: 'open', rule: 'marketing-until-objection' });
  });
  it.each([
    ['its withdrawal', withdrew('marketing', '2026-05-05T10:00:00.000Z')],
    ['an objection', objected('marketing', '2026-05-05T10:00:00.000Z', 'direct-marketing')],
  ])('keeps it no longer than to %s', (_, event) => {
    expect(standing(holding(...consent, event))).toMatchObject({ state: 'due', trigger: 'withdrawn-or-objected', until: '2026-05-05' });
  });
  it('holds nothing of who said no', () => {
    expect(
      standing(holding(...ordered, withdrew('marketing', '2026-05-05T10:00:00.000Z'), contractEnded('2026-05-01T00:00:00.000Z'))).rule,
    ).toBe('order-3y');
  });
});

describe('evidence of consent (GDPR art. 7(1))', () => {
  const proof = norms({}, { 'C-9': { categories: [{ category: 'subject.contact', fields: ['name'] }] } });
  it('is kept for three years from the last use or withdrawal', () => {
    const used = holding(
      registered('contact'),
      [admitted('C-9'), '2026-01-10T10:00:00.000Z'],
      [admitted('C-9', { fact: false }), '2027-01-10T10:00:00.000Z'],
    );
    expect(standing(used, proof)).toMatchObject({ rule: 'consent-proof', until: '2030-01-10' });
  });
});
