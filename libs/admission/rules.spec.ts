import type { Question } from './question';
import { admit } from './rules';
import {
  Activity,
  Agreement,
  LegalBasis,
  RefusalRule,
  refusalRules,
  RequestedUse,
  RestrictionException,
  Standing,
  Statement,
} from './types';

const company = '915376215';
const customer = '334115739';
const other = '923609016';

const statement: Statement = { version: '2023-12-20', hash: 'a1'.repeat(32), effectiveFrom: '2023-12-19T23:00:00.000Z' };
const cited = { version: statement.version, hash: statement.hash };

/** Entries as the record of processing activities has them, shortened to what the rules read. */
const orders: Activity = {
  id: 'C-1',
  version: 3,
  role: 'controller',
  purposes: ['deliver-service', 'customer-service'],
  legalBases: [
    { code: '6(1)(b)', when: 'sole-trader' },
    { code: '6(1)(f)', when: 'company-representative', balancing: {} },
  ],
  categories: [
    { category: 'subject.contact', fields: ['name', 'email'] },
    { category: 'customer.org', fields: ['name'] },
  ],
  recipients: [],
  retention: [],
  retired: false,
};
const accounting: Activity = {
  ...orders,
  id: 'C-2',
  purposes: ['invoicing', 'bookkeeping'],
  legalBases: [
    { code: '6(1)(b)', when: 'sole-trader', purposes: ['invoicing'] },
    { code: '6(1)(f)', when: 'company-representative', purposes: ['invoicing'], balancing: {} },
    { code: '6(1)(c)', when: 'legal-duty', purposes: ['bookkeeping'], statute: 'bokføringsloven § 13' },
  ],
  categories: [{ category: 'invoice', fields: ['name', 'address'] }],
};
const marketing: Activity = {
  ...orders,
  id: 'C-4',
  purposes: ['marketing'],
  legalBases: [{ code: '6(1)(a)', when: 'consent', statute: 'markedsføringsloven § 15' }],
  categories: [{ category: 'subject.contact', fields: ['name', 'email'] }],
};
const cards: Activity = {
  ...orders,
  id: 'D-1',
  role: 'processor',
  purposes: ['hms-card-ordering'],
  legalBases: [{ code: '28(3)(a)', when: 'controller-instruction' }],
  categories: [
    { category: 'subject.contact', fields: ['name'] },
    { category: 'subject.nationalId', fields: ['number'] },
  ],
  secureIdentification: { purposes: ['hms-card-ordering'] },
};
const agreement: Agreement = {
  version: '7',
  from: '2026-01-01T00:00:00.000Z',
  instructions: { 'D-1': { from: '2026-01-01T00:00:00.000Z' } },
};

const representative: Standing = {
  controller: company,
  relations: [{ customer, capacity: 'company-representative' }],
  consents: {},
  restrictions: [],
  objections: [],
  periods: [],
  erased: false,
};
const soleTrader: Standing = { ...representative, relations: [{ customer: 'enk-1', capacity: 'sole-trader' }] };
const worker: Standing = { ...representative, controller: customer, relations: [{ customer, capacity: 'worker' }] };
const restricted: Standing = { ...representative, restrictions: [{ restrictionId: 'r', ground: 'accuracy-contested' }] };

const delivering: RequestedUse = {
  activity: 'C-1',
  purpose: 'deliver-service',
  categories: ['subject.contact'],
  kind: 'processing',
  customer,
};
const mailing: RequestedUse = { activity: 'C-4', purpose: 'marketing', categories: ['subject.contact'], kind: 'processing' };
const ordering: RequestedUse = {
  activity: 'D-1',
  purpose: 'hms-card-ordering',
  categories: ['subject.contact', 'subject.nationalId'],
  kind: 'processing',
  customer,
};

const question: Question = {
  standing: representative,
  activity: orders,
  statement,
  agreement,
  use: delivering,
  at: new Date('2026-03-02T10:00:00Z'),
  company,
};
const verdictOn = (changes: Partial<Question>) => admit({ ...question, ...changes });
const basisOn = (changes: Partial<Question>) => {
  const verdict = verdictOn(changes);
  return verdict.admitted ? verdict.ground.basis.code : verdict.rule;
};
const refused = (rule: RefusalRule, legal: string) => ({ admitted: false, rule, legal, statement: cited });

describe('an admitted use', () => {
  it('states activity and version, purpose, role, controller, categories, basis and statement (art. 5(2))', () => {
    expect(admit(question)).toEqual({
      admitted: true,
      ground: {
        activity: 'C-1',
        activityVersion: 3,
        purpose: 'deliver-service',
        role: 'controller',
        controller: company,
        categories: ['subject.contact'],
        basis: { code: '6(1)(f)', because: 'company-representative' },
        statement: cited,
      },
    });
  });

  it('names the statute on which its basis rests (art. 6(3))', () => {
    const keeping = { activity: 'C-2', purpose: 'bookkeeping', categories: ['invoice'], kind: 'processing' } as const;
    expect(verdictOn({ activity: accounting, use: keeping })).toMatchObject({
      ground: { basis: { code: '6(1)(c)', statute: 'bokføringsloven § 13', because: 'legal-duty' } },
    });
  });

  it('as processor is made for the customer as controller, on its instruction (art. 28(3)(a))', () => {
    expect(verdictOn({ standing: worker, activity: cards, use: ordering })).toMatchObject({
      admitted: true,
      ground: { role: 'processor', controller: customer, agreement: '7', basis: { code: '28(3)(a)', because: 'controller-instruction' } },
    });
  });
});

describe('information (art. 13)', () => {
  it('nothing is done while no privacy statement is in force, not even under an activity that stands', () => {
    expect(verdictOn({ statement: undefined })).toEqual({ admitted: false, rule: 'no-statement-in-force', legal: 'GDPR art. 13(1)' });
  });
});

describe('the record of processing activities (art. 30)', () => {
  it('nothing is done that is not in it (art. 30(1))', () => {
    expect(verdictOn({ activity: undefined })).toEqual(refused('no-such-activity', 'GDPR art. 30(1)'));
  });
  it('nothing is done under an activity that was retired (art. 30(1))', () => {
    expect(verdictOn({ activity: { ...orders, retired: true } })).toEqual(refused('no-such-activity', 'GDPR art. 30(1)'));
  });
});

describe('who is controller (art. 4(7)–(8))', () => {
  const mismatch = refused('role-mismatch', 'GDPR art. 4(7)–(8)');
  it('what the company does for itself is not done with people whom it knows as a processor', () => {
    expect(verdictOn({ standing: worker })).toEqual(mismatch);
  });
  it('what it does as a processor is not done with people of its own', () => {
    expect(verdictOn({ activity: cards, use: ordering })).toEqual(mismatch);
  });
  it('nobody’s person is nobody’s to process for the company’s own purposes', () => {
    expect(verdictOn({ standing: { ...representative, controller: '' } })).toEqual(mismatch);
  });
});

describe('purpose limitation (art. 5(1)(b))', () => {
  it('a purpose that the activity does not declare is refused, also one that another activity declares', () => {
    expect(verdictOn({ use: { ...delivering, purpose: 'invoicing' } })).toEqual(refused('purpose-not-declared', 'GDPR art. 5(1)(b)'));
  });
});

describe('minimisation (art. 5(1)(c))', () => {
  const undeclared = refused('category-not-declared', 'GDPR art. 5(1)(c)');
  it('a category that the activity does not declare is refused', () => {
    expect(verdictOn({ use: { ...delivering, categories: ['subject.nationalId'] } })).toEqual(undeclared);
  });
  it('one of several that it does not declare refuses them all', () => {
    expect(verdictOn({ use: { ...delivering, categories: ['subject.contact', 'invoice', 'customer.org'] } })).toEqual(undeclared);
  });
});

describe('faces (art. 9(1))', () => {
  const photos: Activity = {
    ...orders,
    categories: ['subject.contact', 'subject.photo', 'subject.idCopy'].map((category) => ({ category, fields: ['image'] })),
  };
  const asking = (use: Partial<RequestedUse>) => verdictOn({ activity: photos, use: { ...delivering, ...use } });
  it.each(['subject.photo', 'subject.idCopy'])('are not compared: %s is no biometric template', (category) => {
    const use = { categories: ['subject.contact', category], matching: true } as const;
    expect(asking(use)).toEqual(refused('photo-used-for-matching', 'GDPR art. 9(1)'));
  });
  it('are printed and shown', () => {
    expect(asking({ categories: ['subject.photo', 'subject.idCopy'] }).admitted).toBe(true);
  });
  it('have nothing to do with the matching of anything else', () => {
    expect(asking({ matching: true }).admitted).toBe(true);
  });
});

describe('national identity numbers (personopplysningsloven § 12)', () => {
  const none = refused('national-id-without-need', 'personopplysningsloven § 12');
  const { secureIdentification: _, ...needless } = cards;
  const asking = (activity: Activity, use: Partial<RequestedUse> = {}) =>
    verdictOn({ standing: worker, activity, use: { ...ordering, ...use } });
  it.each(['processing', 'storage'] as const)(
    'are not touched by an activity that declares no need of secure identification: no %s',
    (kind) => {
      expect(asking(needless, { kind })).toEqual(none);
    },
  );
  it('are used for the purposes that have the need', () => {
    expect(asking(cards).admitted).toBe(true);
  });
  it('are used for no other purpose, but stored', () => {
    const stored: Activity = { ...cards, secureIdentification: { purposes: [] } };
    expect(asking(stored)).toEqual(none);
    expect(asking(stored, { kind: 'storage' }).admitted).toBe(true);
    expect(asking({ ...cards, secureIdentification: { purposes: ['site-list'] } })).toEqual(none);
  });
  it('are all that the need is asked for', () => {
    expect(asking(needless, { categories: ['subject.contact'] }).admitted).toBe(true);
  });
});

describe('recipients (art. 13(1)(e), 30(1)(d), 44)', () => {
  const printer = { id: 'printer', location: 'EEA', storage: 'EEA', fields: ['subject.contact.name', 'customer.org.name'] } as const;
  const sending = (
    recipient: RequestedUse['recipient'],
    changes: Partial<Activity['recipients'][number]> = {},
    use: Partial<RequestedUse> = {},
  ) =>
    verdictOn({
      activity: {
        ...orders,
        recipients: [
          { ...printer, id: 'elsewhere', fields: [] },
          { ...printer, ...changes },
        ],
      },
      use: { ...delivering, ...use, ...(recipient && { recipient }) },
    });
  const name = { id: 'printer', fields: ['subject.contact.name'] };

  it('are named in the ground, with what they get', () => {
    expect(sending(name)).toMatchObject({ admitted: true, ground: { recipient: name } });
  });
  it('are named by nobody who sends nothing', () => {
    const verdict = sending(undefined);
    expect(verdict.admitted && 'recipient' in verdict.ground).toBe(false);
    expect(verdict.admitted).toBe(true);
  });
  it('that the activity does not declare get nothing (art. 13(1)(e), 30(1)(d))', () => {
    expect(sending({ ...name, id: 'somebody' })).toEqual(refused('recipient-unknown', 'GDPR art. 13(1)(e), 30(1)(d)'));
  });
  it.each<[string, Partial<Activity['recipients'][number]>]>([
    ['are outside the EEA', { location: 'third-country' }],
    ['store it outside the EEA', { storage: 'third-country' }],
    ['are declared and suspended', { suspended: '3' }],
  ])('that %s get nothing (art. 44)', (_, changes) => {
    expect(sending(name, changes)).toEqual(refused('recipient-outside-eea', 'GDPR art. 44'));
  });

  describe('get the fields that are on their list (art. 5(1)(c))', () => {
    const tooMuch = refused('field-not-allowed-for-recipient', 'GDPR art. 5(1)(c)');
    it('and no other field of the same category, also where the others are', () => {
      expect(sending({ ...name, fields: ['subject.contact.name', 'subject.contact.email'] })).toEqual(tooMuch);
    });
    it('and none of a category that was not asked for', () => {
      const both = ['subject.contact.name', 'customer.org.name'];
      expect(sending({ ...name, fields: both })).toEqual(tooMuch);
      expect(sending({ ...name, fields: both }, {}, { categories: ['subject.contact', 'customer.org'] }).admitted).toBe(true);
    });
    it('and none whose category merely begins with the letters of one that was', () => {
      const fields = ['subject.contactless.name'];
      expect(sending({ ...name, fields }, { fields })).toEqual(tooMuch);
    });
  });
});

describe('storage limitation (art. 5(1)(e))', () => {
  const over = refused('retention-over', 'GDPR art. 5(1)(e)');
  const since = '2026-03-01T10:00:00.000Z';
  const kept = (
    retention: Activity['retention'],
    periods: Standing['periods'],
    changes: { use?: Partial<RequestedUse>; relations?: Standing['relations'] } = {},
  ) =>
    verdictOn({
      activity: { ...orders, retention },
      standing: { ...representative, periods, relations: changes.relations ?? representative.relations },
      use: { ...delivering, ...changes.use },
    });
  const leaving = { rule: 'R-1', trigger: 'contract-ended' };
  const issued = { rule: 'R-2', trigger: 'card-issued' };

  it.each(['processing', 'storage'] as const)('what was kept long enough is not kept: no %s', (kind) => {
    expect(kept([leaving], [{ trigger: 'contract-ended', since }], { use: { kind } })).toEqual(over);
  });
  it('what has not begun is not over, nor what began for another reason', () => {
    expect(kept([leaving], []).admitted).toBe(true);
    expect(kept([leaving], [{ trigger: 'card-issued', since }]).admitted).toBe(true);
  });
  it('an activity that names no rule sets no end', () => {
    expect(kept([], [{ trigger: 'contract-ended', since }]).admitted).toBe(true);
  });
  it('of several rules the longest counts: all must have begun, and be over', () => {
    const both = [leaving, { ...issued, length: 'P1M' }];
    expect(kept(both, [{ trigger: 'contract-ended', since }]).admitted).toBe(true);
    expect(
      kept(both, [
        { trigger: 'contract-ended', since },
        { trigger: 'card-issued', since },
      ]).admitted,
    ).toBe(true);
    expect(
      kept(both, [
        { trigger: 'contract-ended', since },
        { trigger: 'card-issued', since: '2026-01-01T10:00:00.000Z' },
      ]),
    ).toEqual(over);
  });

  describe('by category', () => {
    const contact = { ...leaving, categories: ['subject.contact'] };
    const periods = [{ trigger: 'contract-ended', since }];
    it('a rule for others says nothing of the one asked for', () => {
      expect(kept([contact], periods, { use: { categories: ['customer.org'] } }).admitted).toBe(true);
    });
    it('one of several that is over refuses them all', () => {
      expect(kept([contact], periods, { use: { categories: ['customer.org', 'subject.contact'] } })).toEqual(over);
    });
    it('a rule for all of the activity’s keeps this one as well', () => {
      expect(kept([contact, issued], periods).admitted).toBe(true);
    });
    it('who asks for no category asks for nothing that could be over', () => {
      expect(kept([leaving], periods, { use: { categories: [] } }).admitted).toBe(true);
    });
  });

  describe('towards the customer on whose account it is', () => {
    const two = [...representative.relations, { customer: other, capacity: 'company-representative' as const }];
    const { customer: _, ...forNobody } = delivering;
    const withoutCustomer = (periods: Standing['periods'], relations: Standing['relations'] = two) =>
      verdictOn({
        activity: { ...orders, legalBases: [{ code: '6(1)(c)', when: 'always' }], retention: [leaving] },
        standing: { ...representative, relations, periods },
        use: forNobody,
      });
    it('what is over with one is not over with another', () => {
      const periods = [{ trigger: 'contract-ended', customer: other, since }];
      expect(kept([leaving], periods, { relations: two }).admitted).toBe(true);
      expect(kept([leaving], periods, { relations: two, use: { customer: other } })).toEqual(over);
    });
    it('what is over with all is over with each', () => {
      expect(kept([leaving], [{ trigger: 'contract-ended', since }], { relations: two })).toEqual(over);
    });
    it('where none is named it must be over with every one', () => {
      const one = { trigger: 'contract-ended', customer, since };
      expect(withoutCustomer([one]).admitted).toBe(true);
      expect(withoutCustomer([one, { ...one, customer: other }])).toEqual(over);
    });
    it('with somebody who has no relation it is over for all or not at all', () => {
      expect(withoutCustomer([{ trigger: 'contract-ended', customer, since }], []).admitted).toBe(true);
      expect(withoutCustomer([{ trigger: 'contract-ended', since }], [])).toEqual(over);
    });
    it('a period for all and one for the customer must both be over', () => {
      const lasting = [{ ...leaving, length: 'P1M' }];
      const [long, short] = ['2025-01-01T10:00:00.000Z', since];
      const both = (all: string, theirs: string) =>
        kept(lasting, [
          { trigger: 'contract-ended', since: all },
          { trigger: 'contract-ended', customer, since: theirs },
        ]);
      expect([both(long, short).admitted, both(short, long).admitted]).toEqual([true, true]);
      expect(both(long, long)).toEqual(over);
    });
  });
});

describe('erasure (art. 17)', () => {
  it.each(['processing', 'storage'] as const)('leaves nothing to do, %s neither (art. 17(1))', (kind) => {
    const erased = { ...representative, erased: true };
    expect(verdictOn({ standing: erased, use: { ...delivering, kind } })).toEqual(refused('erased', 'GDPR art. 17(1)'));
  });
  it('is not undone by an exception that art. 18(2) makes from a restriction', () => {
    const exception = { ground: 'legal-claims', reason: 'a claim' } as const;
    const both = { ...restricted, erased: true };
    expect(verdictOn({ standing: both, use: { ...delivering, exception } })).toEqual(refused('erased', 'GDPR art. 17(1)'));
  });
});

describe('restriction (art. 18)', () => {
  it('leaves nothing but storing (art. 18(2))', () => {
    expect(verdictOn({ standing: restricted })).toEqual(refused('restricted', 'GDPR art. 18(2)'));
    expect(basisOn({ standing: restricted, use: { ...delivering, kind: 'storage' } })).toBe('6(1)(f)');
  });
  it.each([
    ['a legal duty (art. 6(1)(c))', { activity: accounting, use: { ...delivering, purpose: 'bookkeeping', categories: ['invoice'] } }],
    ['a consent for the purpose (art. 6(1)(a))', { activity: marketing, use: mailing }],
  ])('stops what rests on %s as well', (_, changes) => {
    const standing: Standing = { ...restricted, consents: { marketing: { state: 'given' } } };
    expect(verdictOn({ ...changes, standing })).toEqual(refused('restricted', 'GDPR art. 18(2)'));
  });
  it('stops what is done as a processor', () => {
    const standing = { ...worker, restrictions: restricted.restrictions };
    expect(basisOn({ standing, activity: cards, use: ordering })).toBe('restricted');
  });
  it('holds until the last of several is lifted (art. 18(3))', () => {
    const two = [...restricted.restrictions, { restrictionId: 's', ground: 'objection-pending' }];
    expect([two, two.slice(1), []].map((restrictions) => basisOn({ standing: { ...representative, restrictions } }))).toEqual([
      'restricted',
      'restricted',
      '6(1)(f)',
    ]);
  });

  const exceptions: readonly RestrictionException[] = [
    'consent-of-data-subject',
    'legal-claims',
    'protection-of-another-person',
    'important-public-interest',
  ];
  it.each(exceptions)('has the exception %s, which the ground of the admission names with its reason (art. 18(2))', (ground) => {
    const exception = { ground, reason: 'as said in case 7' };
    expect(verdictOn({ standing: restricted, use: { ...delivering, exception } })).toMatchObject({ admitted: true, ground: { exception } });
  });
  it('needs no exception where there is none, or for storing: then the ground names none', () => {
    const exception = { ground: 'legal-claims', reason: 'a claim' } as const;
    const unrestricted = verdictOn({ use: { ...delivering, exception } });
    const stored = verdictOn({ standing: restricted, use: { ...delivering, kind: 'storage', exception } });
    expect([unrestricted, stored].map((verdict) => verdict.admitted && 'exception' in verdict.ground)).toEqual([false, false]);
  });
  it('an exception from it lifts no other rule: withdrawn consent stays withdrawn (art. 7(3))', () => {
    const exception = { ground: 'consent-of-data-subject', reason: 'asked by phone' } as const;
    const standing: Standing = { ...restricted, consents: { marketing: { state: 'withdrawn' } } };
    expect(basisOn({ standing, activity: marketing, use: { ...mailing, exception } })).toBe('consent-withdrawn');
  });
});

const marketingObjection = { objectionId: 'o', kind: 'direct-marketing', purpose: 'marketing', state: 'upheld' } as const;

describe('objection to direct marketing (art. 21(2)–(3))', () => {
  const objecting: Standing = { ...representative, consents: { marketing: { state: 'given' } }, objections: [marketingObjection] };
  it('is absolute: a consent given before does not help (art. 21(3))', () => {
    expect(verdictOn({ standing: objecting, activity: marketing, use: mailing })).toEqual(
      refused('objected-to-marketing', 'GDPR art. 21(3)'),
    );
  });
  it('leaves other purposes alone', () => {
    expect(basisOn({ standing: objecting })).toBe('6(1)(f)');
  });
});

describe('objection on grounds of the person’s situation (art. 21(1))', () => {
  const objecting = (changes: Partial<Standing['objections'][number]> = {}): Standing => ({
    ...representative,
    objections: [{ objectionId: 'o', kind: 'situation', purpose: 'deliver-service', state: 'pending', ...changes }],
  });
  it.each(['pending', 'upheld'] as const)('stops what rests on an interest (art. 6(1)(f)) while it is %s', (state) => {
    expect(verdictOn({ standing: objecting({ state }) })).toEqual(refused('objected', 'GDPR art. 21(1)'));
  });
  it('stops what rests on a public task (art. 6(1)(e))', () => {
    const task: Activity = { ...orders, legalBases: [{ code: '6(1)(e)', when: 'always', statute: 'a law' }] };
    expect(basisOn({ activity: task })).toBe('6(1)(e)');
    expect(basisOn({ activity: task, standing: objecting() })).toBe('objected');
  });
  it('stops storing as well: nothing in art. 21(1) excepts it', () => {
    expect(basisOn({ standing: objecting(), use: { ...delivering, kind: 'storage' } })).toBe('objected');
  });
  it('leaves other purposes alone', () => {
    expect(basisOn({ standing: objecting({ purpose: 'customer-service' }) })).toBe('6(1)(f)');
  });
  it.each<[string, LegalBasis]>([
    ['a contract (art. 6(1)(b))', { code: '6(1)(b)', when: 'company-representative' }],
    ['a legal duty (art. 6(1)(c))', { code: '6(1)(c)', when: 'legal-duty', statute: 'a law' }],
    ['a vital interest (art. 6(1)(d))', { code: '6(1)(d)', when: 'always' }],
  ])('does not reach what rests on %s', (_, basis) => {
    expect(basisOn({ activity: { ...orders, legalBases: [basis] }, standing: objecting() })).toBe(basis.code);
  });
  it('does not reach what rests on a consent (art. 6(1)(a)): that is withdrawn', () => {
    const standing: Standing = { ...objecting({ purpose: 'marketing' }), consents: { marketing: { state: 'given' } } };
    expect(basisOn({ activity: marketing, standing, use: mailing })).toBe('6(1)(a)');
  });
  it('leaves the first basis that it does not reach', () => {
    const task: Activity = { ...orders, legalBases: [...orders.legalBases, { code: '6(1)(c)', when: 'legal-duty' }] };
    expect(basisOn({ activity: task, standing: objecting() })).toBe('6(1)(c)');
  });
  it('is told whoever the person is, where nothing carries the use', () => {
    expect(basisOn({ standing: { ...objecting(), relations: [] } })).toBe('objected');
  });
});

describe('an interest is balanced, or carries nothing (art. 6(1)(f))', () => {
  const balanced = (balancing?: LegalBasis['balancing']): Activity => ({
    ...orders,
    legalBases: [{ code: '6(1)(f)', when: 'company-representative', ...(balancing && { balancing }) }],
  });
  it('without a test it carries nothing', () => {
    expect(verdictOn({ activity: balanced() })).toEqual(refused('balancing-test-missing', 'GDPR art. 6(1)(f)'));
  });
  it.each([
    ['2026-06-30T21:59:59.999Z', '6(1)(f)', 'in summer two hours before UTC'],
    ['2026-06-30T22:00:00.000Z', 'balancing-test-missing', 'the day after'],
  ])('a test to be reviewed by 30 June stands to the end of that day in Oslo: at %s %s (%s)', (at, expected) => {
    expect(basisOn({ activity: balanced({ reviewBy: '2026-06-30' }), at: new Date(at) })).toBe(expected);
  });
  it('no other basis needs one', () => {
    expect(basisOn({ activity: { ...orders, legalBases: [{ code: '6(1)(e)', when: 'always' }] } })).toBe('6(1)(e)');
  });
  it('an objection is told before it (art. 21(1))', () => {
    const objections = [{ objectionId: 'o', kind: 'situation', purpose: 'deliver-service', state: 'pending' }] as const;
    expect(basisOn({ activity: balanced(), standing: { ...representative, objections } })).toBe('objected');
  });
  it('it is told before who the person is', () => {
    expect(basisOn({ activity: balanced(), standing: soleTrader })).toBe('balancing-test-missing');
  });
});

describe('consent (art. 6(1)(a), 7)', () => {
  const with_ = (consents: Standing['consents']) =>
    verdictOn({ standing: { ...representative, consents }, activity: marketing, use: mailing });

  it('that was given carries the purpose', () => {
    expect(with_({ marketing: { state: 'given' } })).toMatchObject({ admitted: true, ground: { basis: { code: '6(1)(a)' } } });
  });
  it('that was never given is missing (art. 6(1)(a))', () => {
    expect(with_({})).toEqual(refused('consent-missing', 'GDPR art. 6(1)(a)'));
  });
  it('that was withdrawn is told from one that is missing (art. 7(3))', () => {
    expect(with_({ marketing: { state: 'withdrawn' } })).toEqual(refused('consent-withdrawn', 'GDPR art. 7(3)'));
  });
  it('is for one purpose, not for another (art. 6(1)(a))', () => {
    expect(with_({ 'site-analytics': { state: 'given' } })).toEqual(refused('consent-missing', 'GDPR art. 6(1)(a)'));
    expect(with_({ marketing: { state: 'given' }, 'site-analytics': { state: 'withdrawn' } })).toMatchObject({ admitted: true });
  });
  it('is not read into what every object has', () => {
    const odd: Activity = { ...marketing, purposes: ['constructor'] };
    expect(basisOn({ activity: odd, use: { ...mailing, purpose: 'constructor' } })).toBe('consent-missing');
    const also: Activity = { ...odd, legalBases: [...odd.legalBases, ...orders.legalBases] };
    expect(basisOn({ activity: also, use: { ...mailing, purpose: 'constructor' } })).toBe('6(1)(f)');
  });
  it('carries its purpose under whichever wording it was given, where its basis lists none', () => {
    const verdicts = ['aa', 'bb', undefined].map((wording) => with_({ marketing: { state: 'given', ...(wording && { wording }) } }));
    expect(new Set(verdicts.map((verdict) => JSON.stringify(verdict))).size).toBe(1);
    expect(verdicts[0]!.admitted).toBe(true);
  });
  it('that was refused is told from one that was never asked for (art. 6(1)(a))', () => {
    expect(with_({ marketing: { state: 'refused' } })).toEqual(refused('consent-refused', 'GDPR art. 6(1)(a)'));
  });

  describe('whose basis lists the wordings that ask for what is done (art. 4(11), 7(2))', () => {
    const informed: Activity = { ...marketing, legalBases: [{ code: '6(1)(a)', when: 'consent', wordings: ['aa', 'bb'] }] };
    const under = (consent: Standing['consents'][string]) =>
      verdictOn({ standing: { ...representative, consents: { marketing: consent } }, activity: informed, use: mailing });
    it.each(['aa', 'bb'])('carries it under one of them, %s', (wording) => {
      expect(under({ state: 'given', wording })).toMatchObject({ admitted: true, ground: { basis: { code: '6(1)(a)' } } });
    });
    it.each([['another', { wording: 'cc' }] as const, ['one that nobody can name', {}] as const])(
      'carries it under %s not',
      (_, wording) => {
        expect(under({ state: 'given', ...wording })).toEqual(refused('consent-for-another-wording', 'GDPR art. 4(11), 7(2)'));
      },
    );
    it('carries nothing under any where it lists none at all', () => {
      const none = { ...informed, legalBases: [{ ...informed.legalBases[0]!, wordings: [] }] };
      const standing: Standing = { ...representative, consents: { marketing: { state: 'given', wording: '' } } };
      expect(basisOn({ standing, activity: none, use: mailing })).toBe('consent-for-another-wording');
    });
    it('is told to be withdrawn or refused before its wording is looked at', () => {
      expect(under({ state: 'withdrawn', wording: 'cc' })).toMatchObject({ rule: 'consent-withdrawn' });
      expect(under({ state: 'refused', wording: 'cc' })).toMatchObject({ rule: 'consent-refused' });
    });
    it('carries it under the wording of one of several bases', () => {
      const bases = (['aa', 'cc'] as const).map((wording) => ({ ...informed.legalBases[0]!, wordings: [wording], statute: wording }));
      const standing: Standing = { ...representative, consents: { marketing: { state: 'given', wording: 'cc' } } };
      expect(verdictOn({ standing, activity: { ...informed, legalBases: bases }, use: mailing })).toMatchObject({
        ground: { basis: { statute: 'cc' } },
      });
    });
  });

  describe('that lasts a time only, and is asked for again after it (art. 5(1)(e), 7(1))', () => {
    const lasting: Activity = { ...marketing, legalBases: [{ code: '6(1)(a)', when: 'consent', consentLasts: 'P12M' }] };
    const given = (givenAt: string | undefined, at: string) =>
      basisOn({
        standing: { ...representative, consents: { marketing: { state: 'given', ...(givenAt !== undefined && { givenAt }) } } },
        activity: lasting,
        use: mailing,
        at: new Date(at),
      });
    it.each([
      ['2025-01-15T10:00:00.000Z', '2026-01-15T22:59:59.999Z', '6(1)(a)', 'to the end of its last day in Oslo'],
      ['2025-01-15T10:00:00.000Z', '2026-01-15T23:00:00.000Z', 'consent-lapsed', 'and not into the next'],
      ['2025-01-14T23:00:00.000Z', '2026-01-15T22:59:59.999Z', '6(1)(a)', 'from the day in Oslo on which it was given'],
      ['2024-02-29T10:00:00.000Z', '2025-02-28T22:59:59.999Z', '6(1)(a)', 'a leap day’s to the last of February'],
      ['2024-02-29T10:00:00.000Z', '2025-02-28T23:00:00.000Z', 'consent-lapsed', 'and not into March'],
    ])('given %s, at %s: %s (%s)', (givenAt, at, expected) => expect(given(givenAt, at)).toBe(expected));
    it('has lapsed where nobody can say when it was given', () => {
      expect(
        verdictOn({ standing: { ...representative, consents: { marketing: { state: 'given' } } }, activity: lasting, use: mailing }),
      ).toEqual(refused('consent-lapsed', 'GDPR art. 5(1)(e), 7(1)'));
      expect(given(undefined, '2026-03-02T10:00:00Z')).toBe('consent-lapsed');
    });
    it('for another wording is told to be that, before it is told to have lapsed', () => {
      const both: Activity = { ...lasting, legalBases: [{ ...lasting.legalBases[0]!, wordings: ['aa'] }] };
      const standing: Standing = { ...representative, consents: { marketing: { state: 'given', wording: 'cc' } } };
      expect(basisOn({ standing, activity: both, use: mailing })).toBe('consent-for-another-wording');
    });
  });

  describe('beside an interest that carries the same purpose', () => {
    const both: Activity = {
      ...marketing,
      legalBases: [...marketing.legalBases, { code: '6(1)(f)', when: 'company-representative', balancing: {} }],
    };
    const on = (standing: Standing) => basisOn({ activity: both, standing, use: mailing });
    it('the interest carries it alone as long as nobody consented', () => {
      expect(on(representative)).toBe('6(1)(f)');
    });
    it('a withdrawal is not got round by falling back on the interest (art. 7(3))', () => {
      expect(on({ ...representative, consents: { marketing: { state: 'withdrawn' } } })).toBe('consent-withdrawn');
    });
    it.each<[string, Standing['consents'][string], Partial<LegalBasis>, string]>([
      ['a refusal', { state: 'refused' }, {}, 'consent-refused'],
      ['a consent to something else', { state: 'given', wording: 'cc' }, { wordings: ['aa'] }, 'consent-for-another-wording'],
      ['a consent that has lapsed', { state: 'given' }, { consentLasts: 'P12M' }, 'consent-lapsed'],
    ])('nor is %s: whoever asked is bound by the answer (art. 6(1)(a))', (_, consent, changes, rule) => {
      const [asking, interest] = both.legalBases;
      for (const legalBases of [
        [{ ...asking!, ...changes }, interest!],
        [interest!, { ...asking!, ...changes }],
      ]) {
        const standing: Standing = { ...representative, consents: { marketing: consent } };
        expect(basisOn({ activity: { ...both, legalBases }, standing, use: mailing })).toBe(rule);
      }
    });
    it('of two that hold, the first declared is the one also where consent was asked for', () => {
      const standing: Standing = { ...representative, consents: { marketing: { state: 'given' } } };
      expect(on(standing)).toBe('6(1)(a)');
      expect(basisOn({ activity: { ...both, legalBases: both.legalBases.toReversed() }, standing, use: mailing })).toBe('6(1)(f)');
    });
    it('where neither is there it is the consent that is missing (art. 6(1)(a))', () => {
      expect(on(soleTrader)).toBe('consent-missing');
    });
  });
});

describe('the basis follows from who the person is (art. 6(1)(b) and (f))', () => {
  it('a sole trader is party to the contract (art. 6(1)(b))', () => {
    expect(basisOn({ standing: soleTrader, use: { ...delivering, customer: 'enk-1' } })).toBe('6(1)(b)');
  });
  it('somebody who represents a company is not: an interest, not a contract (art. 6(1)(f))', () => {
    expect(basisOn({})).toBe('6(1)(f)');
  });

  describe('one person who represents an AS and is a sole trader elsewhere', () => {
    const standing: Standing = { ...representative, relations: [...representative.relations, ...soleTrader.relations] };
    it('is judged by the customer for whom it is done', () => {
      expect(basisOn({ standing, use: { ...delivering, customer } })).toBe('6(1)(f)');
      expect(basisOn({ standing, use: { ...delivering, customer: 'enk-1' } })).toBe('6(1)(b)');
    });
    it('is not judged at all where it is not said for whom: one basis for one use (art. 6(1))', () => {
      const { customer: _, ...forNobody } = delivering;
      expect(verdictOn({ standing, use: forNobody })).toEqual(refused('basis-not-live', 'GDPR art. 6(1)'));
    });
  });

  it('somebody who represents several companies represents one also where it is not said which', () => {
    const { customer: _, ...forNobody } = delivering;
    const standing: Standing = {
      ...representative,
      relations: [...representative.relations, { customer: other, capacity: 'company-representative' }],
    };
    expect(basisOn({ standing, use: forNobody })).toBe('6(1)(f)');
  });
  it.each([
    ['a sole trader', soleTrader],
    ['a representative', representative],
  ])('%s of one customer has no contract with another whom they have nothing to do with', (_, standing) => {
    expect(verdictOn({ standing, use: { ...delivering, customer: other } })).toEqual(refused('basis-not-live', 'GDPR art. 6(1)'));
  });
  it('somebody of whom nothing is known has no basis', () => {
    const nobody = { ...representative, relations: [] };
    expect(verdictOn({ standing: nobody })).toEqual(refused('basis-not-live', 'GDPR art. 6(1)'));
    const { customer: _, ...forNobody } = delivering;
    expect(verdictOn({ standing: nobody, use: forNobody })).toEqual(refused('basis-not-live', 'GDPR art. 6(1)'));
  });
});

describe('a contract that is over carries nothing new (art. 6(1)(b))', () => {
  const ended = '2026-03-02T10:00:00.000Z';
  const over = (capacity: 'company-representative' | 'sole-trader', customer_ = customer, endedAt = ended) => ({
    customer: customer_,
    capacity,
    endedAt,
  });
  const of = (...relations: Standing['relations']): Standing => ({ ...representative, relations });
  const { customer: _, ...forNobody } = delivering;

  it.each(['company-representative', 'sole-trader'] as const)('of a %s: not processed any more, but stored', (capacity) => {
    const standing = of(over(capacity));
    expect(verdictOn({ standing })).toEqual(refused('contract-over', 'GDPR art. 6(1)(b)'));
    expect(verdictOn({ standing, use: { ...delivering, kind: 'storage' } })).toMatchObject({ ground: { basis: { because: capacity } } });
  });
  it('from the instant on at which it ended', () => {
    const at = (instant: string) => basisOn({ standing: of(over('company-representative')), at: new Date(instant) });
    expect([at('2026-03-02T09:59:59.999Z'), at('2026-03-02T10:00:00.000Z')]).toEqual(['6(1)(f)', 'contract-over']);
  });
  it('where no customer is named, only when the last of several is over', () => {
    const standing = of(over('company-representative'), { customer: other, capacity: 'company-representative' });
    expect(basisOn({ standing, use: forNobody })).toBe('6(1)(f)');
    expect(basisOn({ standing, use: delivering })).toBe('contract-over');
    const both = of(over('company-representative'), over('company-representative', other));
    expect(basisOn({ standing: both, use: forNobody })).toBe('contract-over');
  });
  it.each(['processing', 'storage'] as const)('who the person is follows from what lives on, for %s too', (kind) => {
    const standing = of(over('company-representative'), { customer: 'enk-1', capacity: 'sole-trader' });
    expect(basisOn({ standing, use: { ...forNobody, kind } })).toBe('6(1)(b)');
  });
  it.each(['processing', 'storage'] as const)(
    'who was several things to several customers was none of them to all: no basis for %s',
    (kind) => {
      const standing = of(over('company-representative'), over('sole-trader', 'enk-1'));
      expect(verdictOn({ standing, use: { ...forNobody, kind } })).toEqual(refused('basis-not-live', 'GDPR art. 6(1)'));
    },
  );
  it('is not over with somebody who never had one', () => {
    expect(verdictOn({ standing: of({ customer, capacity: 'worker', endedAt: ended }) })).toEqual(
      refused('basis-not-live', 'GDPR art. 6(1)'),
    );
  });
  it('does not hide a basis that does not rest on it', () => {
    const duty: Activity = { ...orders, legalBases: [...orders.legalBases, { code: '6(1)(c)', when: 'legal-duty' }] };
    expect(basisOn({ activity: duty, standing: of(over('sole-trader')) })).toBe('6(1)(c)');
  });
});

describe('an agreement with the controller (art. 28(3))', () => {
  const none = refused('no-agreement-in-force', 'GDPR art. 28(3)');
  const ended = { ...agreement, until: '2026-03-02T10:00:00.000Z' };
  const under = (changes: Partial<Question>, use: Partial<RequestedUse> = {}) =>
    verdictOn({ standing: worker, activity: cards, ...changes, use: { ...ordering, ...use } });

  it('is needed by a processor, for storing too', () => {
    expect(under({ agreement: undefined })).toEqual(none);
    expect(under({ agreement: undefined }, { kind: 'storage' })).toEqual(none);
  });
  it('is needed by nobody for purposes of its own', () => {
    const verdict = verdictOn({ agreement: undefined });
    expect(verdict.admitted && 'agreement' in verdict.ground).toBe(false);
    expect(verdict.admitted).toBe(true);
  });
  it('holds from the instant on at which it begins, for storing too', () => {
    const later = { ...agreement, from: '2026-03-02T10:00:00.001Z' };
    expect(under({ agreement: later })).toEqual(none);
    expect(under({ agreement: later }, { kind: 'storage' })).toEqual(none);
    expect(under({ agreement: { ...agreement, from: '2026-03-02T10:00:00.000Z' } }).admitted).toBe(true);
  });
  it('holds until the instant at which it ends', () => {
    expect(under({ agreement: { ...agreement, until: '2026-03-02T10:00:00.001Z' } }).admitted).toBe(true);
    expect(under({ agreement: ended })).toEqual(none);
  });
  it('that has ended leaves what was entrusted to be stored until it is returned or deleted (art. 28(3)(g))', () => {
    expect(under({ agreement: ended }, { kind: 'storage' })).toMatchObject({ admitted: true, ground: { agreement: '7' } });
  });
  it('that has ended leaves what is done to return or delete it (art. 28(3)(e) and (g))', () => {
    const returning: Activity = { ...cards, outlivesAgreement: true };
    expect(under({ agreement: ended, activity: returning })).toMatchObject({ admitted: true, ground: { agreement: '7' } });
    expect(under({ agreement: { ...ended, from: '2026-03-02T10:00:00.001Z' }, activity: returning })).toEqual(none);
    expect(under({ agreement: undefined, activity: returning })).toEqual(none);
  });
});

describe('an instruction of the controller (art. 28(3)(a))', () => {
  const none = refused('no-instruction', 'GDPR art. 28(3)(a)');
  const instructed = (instructions: Agreement['instructions'], use: Partial<RequestedUse> = {}, activity = cards) =>
    verdictOn({ standing: worker, activity, agreement: { ...agreement, instructions }, use: { ...ordering, ...use } });
  const from = '2026-03-02T10:00:00.000Z';

  it('is needed for each activity, for storing too', () => {
    expect(instructed({ 'D-2': { from } })).toEqual(none);
    expect(instructed({ 'D-2': { from } }, { kind: 'storage' })).toEqual(none);
  });
  it('is not read into what every object has', () => {
    expect(instructed({}, { activity: 'constructor' }, { ...cards, id: 'constructor' })).toEqual(none);
  });
  it('holds from the instant on at which it was given, for storing too', () => {
    expect(instructed({ 'D-1': { from } }).admitted).toBe(true);
    const later = { 'D-1': { from: '2026-03-02T10:00:00.001Z' } };
    expect([instructed(later), instructed(later, { kind: 'storage' })]).toEqual([none, none]);
  });
  it('holds until it is withdrawn; what is there is stored still', () => {
    const withdrawn = { 'D-1': { from: '2026-01-01T00:00:00.000Z', until: from } };
    expect(instructed({ 'D-1': { ...withdrawn['D-1'], until: '2026-03-02T10:00:00.001Z' } }).admitted).toBe(true);
    expect(instructed(withdrawn)).toEqual(none);
    expect(instructed(withdrawn, { kind: 'storage' }).admitted).toBe(true);
  });
  it('that was withdrawn is not outlived, as an agreement is', () => {
    const withdrawn = { 'D-1': { from: '2026-01-01T00:00:00.000Z', until: from } };
    expect(instructed(withdrawn, {}, { ...cards, outlivesAgreement: true })).toEqual(none);
  });
  it('is for what is done on the controller’s behalf, and needed by nobody for purposes of its own', () => {
    expect(verdictOn({ agreement: { ...agreement, instructions: {} } }).admitted).toBe(true);
  });
});

describe('a processor acts only on its controller’s instruction (art. 28(3)(a))', () => {
  const on = (standing: Standing, use = ordering) => verdictOn({ standing, activity: cards, use });
  it('which reaches the people whom that controller employs', () => {
    expect(on({ ...worker, relations: [] })).toEqual(refused('basis-not-live', 'GDPR art. 6(1)'));
  });
  it('and nobody whom another employs', () => {
    expect(on({ ...worker, relations: [{ customer: other, capacity: 'worker' }] })).toEqual(refused('basis-not-live', 'GDPR art. 6(1)'));
  });
  it('and nobody whom it knows in another capacity', () => {
    expect(on({ ...worker, relations: [{ customer, capacity: 'company-representative' }] })).toMatchObject({ rule: 'basis-not-live' });
  });
  it('and is no instruction for another customer’s account', () => {
    expect(on(worker, { ...ordering, customer: other })).toEqual(refused('basis-not-live', 'GDPR art. 6(1)'));
  });
  it('and reaches those who have left: what is left to do with their cards is the controller’s to say', () => {
    expect(on({ ...worker, relations: [{ customer, capacity: 'worker', endedAt: '2026-01-01T00:00:00.000Z' }] })).toMatchObject({
      admitted: true,
    });
  });
  it('and needs no customer to be named: there is only one', () => {
    const { customer: _, ...unnamed } = ordering;
    expect(on(worker, unnamed)).toMatchObject({ admitted: true });
  });
});

describe('a basis carries the purposes that it names (art. 6(1))', () => {
  const invoicing = { ...delivering, activity: 'C-2', purpose: 'invoicing', categories: ['invoice'] };
  it('and those only', () => {
    expect(basisOn({ activity: accounting, use: invoicing })).toBe('6(1)(f)');
    expect(basisOn({ activity: accounting, use: { ...invoicing, purpose: 'bookkeeping' } })).toBe('6(1)(c)');
  });
  it('a purpose that none names has none', () => {
    const orphaned = { ...accounting, legalBases: accounting.legalBases.slice(0, 2) };
    const use = { ...invoicing, purpose: 'bookkeeping' };
    expect(verdictOn({ activity: orphaned, use })).toEqual(refused('basis-not-live', 'GDPR art. 6(1)'));
  });
  it('a consent for one purpose of an activity is not asked for at another', () => {
    const mixed: Activity = {
      ...orders,
      legalBases: [{ code: '6(1)(a)', when: 'consent', purposes: ['customer-service'] }, ...orders.legalBases],
    };
    expect(basisOn({ activity: mixed })).toBe('6(1)(f)');
  });
  it('of several that hold, the first declared is the one', () => {
    const twice = (code: LegalBasis['code']): LegalBasis => ({ code, when: 'always', balancing: {} });
    expect(basisOn({ activity: { ...orders, legalBases: [twice('6(1)(c)'), twice('6(1)(f)')] } })).toBe('6(1)(c)');
    expect(basisOn({ activity: { ...orders, legalBases: [twice('6(1)(f)'), twice('6(1)(c)')] } })).toBe('6(1)(f)');
  });
});

describe('a basis holds on the days that it names, by the calendar in Oslo (art. 6(1))', () => {
  const dated: Activity = {
    ...orders,
    legalBases: [
      { code: '6(1)(f)', when: 'always', balancing: {}, statute: 'ekomloven § 2-7 b', validUntil: '2024-12-31' },
      { code: '6(1)(f)', when: 'always', balancing: {}, statute: 'ekomloven § 3-15', validFrom: '2025-01-01' },
    ],
  };
  const statuteAt = (at: string, activity = dated) => {
    const verdict = verdictOn({ activity, at: new Date(at) });
    return verdict.admitted ? verdict.ground.basis.statute : verdict.rule;
  };
  it.each([
    ['2024-12-31T22:59:59.999Z', 'ekomloven § 2-7 b', 'the last moment of the year in Oslo, in winter an hour before UTC'],
    ['2024-12-31T23:00:00.000Z', 'ekomloven § 3-15', 'the first of the new one'],
  ])('%s: %s (%s)', (at, statute) => expect(statuteAt(at)).toBe(statute));

  const summer = (basis: Partial<LegalBasis>): Activity => ({
    ...orders,
    legalBases: [{ code: '6(1)(f)', when: 'always', balancing: {}, statute: 's', ...basis }],
  });
  it.each([
    [{ validFrom: '2026-07-01' }, '2026-06-30T21:59:59.999Z', 'basis-not-live'],
    [{ validFrom: '2026-07-01' }, '2026-06-30T22:00:00.000Z', 's'],
    [{ validUntil: '2026-07-01' }, '2026-07-01T21:59:59.999Z', 's'],
    [{ validUntil: '2026-07-01' }, '2026-07-01T22:00:00.000Z', 'basis-not-live'],
    [{ validFrom: '2026-07-01', validUntil: '2026-07-01' }, '2026-07-01T12:00:00.000Z', 's'],
  ])('%j at %s: %s (in summer two hours before UTC)', (basis, at, expected) => expect(statuteAt(at, summer(basis))).toBe(expected));

  it('a consent that no basis asks for any more neither carries a purpose nor stops it when withdrawn', () => {
    const changed: Activity = {
      ...marketing,
      legalBases: [
        { code: '6(1)(a)', when: 'consent', validUntil: '2024-12-31' },
        { code: '6(1)(c)', when: 'legal-duty', statute: 'a law', validFrom: '2025-01-01' },
      ],
    };
    const at = (instant: string, state: 'given' | 'withdrawn') =>
      basisOn({
        activity: changed,
        use: mailing,
        standing: { ...representative, consents: { marketing: { state } } },
        at: new Date(instant),
      });
    expect([at('2024-12-01T12:00:00Z', 'given'), at('2024-12-01T12:00:00Z', 'withdrawn')]).toEqual(['6(1)(a)', 'consent-withdrawn']);
    expect([at('2025-01-02T12:00:00Z', 'given'), at('2025-01-02T12:00:00Z', 'withdrawn')]).toEqual(['6(1)(c)', '6(1)(c)']);
    const lapsed: Activity = { ...changed, legalBases: changed.legalBases.slice(0, 1) };
    expect(basisOn({ activity: lapsed, use: mailing, at: new Date('2025-01-02T12:00:00Z') })).toBe('basis-not-live');
  });
});

describe('what refuses first where several rules do', () => {
  it('what is not declared, before what the person’s standing forbids, before what no agreement covers, before what has no basis', () => {
    const ended = '2026-01-01T00:00:00.000Z';
    const asked = ['subject.contact', 'subject.nationalId', 'subject.photo'];
    const declared: Activity = {
      ...cards,
      purposes: ['marketing'],
      categories: asked.map((category) => ({ category, fields: ['name'] })),
      recipients: [{ id: 'printer', location: 'EEA', storage: 'third-country', fields: ['subject.contact.name'] }],
      retention: [{ rule: 'R-1', trigger: 'contract-ended' }],
      legalBases: [
        { code: '6(1)(b)', when: 'sole-trader' },
        { code: '6(1)(a)', when: 'consent', wordings: ['aa'], consentLasts: 'P12M' },
        { code: '6(1)(f)', when: 'company-representative' },
      ],
    };
    const { secureIdentification: _, ...needless } = declared;
    const objections: Standing['objections'] = [
      marketingObjection,
      { objectionId: 'p', kind: 'situation', purpose: 'marketing', state: 'pending' },
    ];
    const person: Standing = {
      ...representative,
      controller: customer,
      relations: [{ customer, capacity: 'sole-trader', endedAt: ended }],
      consents: { marketing: { state: 'withdrawn' } },
      restrictions: restricted.restrictions,
      objections,
      periods: [{ trigger: 'contract-ended', since: ended }],
      erased: true,
    };
    const sending: RequestedUse = {
      activity: 'D-1',
      purpose: 'marketing',
      categories: asked,
      kind: 'processing',
      matching: true,
      recipient: { id: 'nobody', fields: ['subject.contact.email'] },
    };
    const { matching: __, ...unmatched } = sending;
    const printed: RequestedUse = { ...unmatched, recipient: { ...sending.recipient!, id: 'printer' } };
    const nameOnly: RequestedUse = { ...printed, recipient: { id: 'printer', fields: ['subject.contact.name'] } };
    const [abroad] = declared.recipients;
    const near: Activity = { ...declared, recipients: [{ ...abroad!, storage: 'EEA' }] };
    const unconsented = near.legalBases.filter(({ code }) => code !== '6(1)(a)');
    const consenting = (consent: Standing['consents'][string]) => ({
      standing: { ...calm, consents: { marketing: consent } },
    });
    const calm: Standing = { ...person, erased: false, periods: [], restrictions: [], objections: objections.slice(1) };

    const steps: readonly [RefusalRule | 'admitted', Partial<Question>][] = [
      ['no-statement-in-force', {}],
      ['no-such-activity', { statement }],
      ['role-mismatch', { activity: { ...needless, role: 'controller' } }],
      ['purpose-not-declared', { activity: { ...needless, purposes: [] } }],
      ['category-not-declared', { activity: { ...needless, categories: [] } }],
      ['photo-used-for-matching', { activity: needless }],
      ['national-id-without-need', { use: unmatched }],
      ['recipient-unknown', { activity: { ...declared, secureIdentification: { purposes: ['marketing'] } } }],
      ['recipient-outside-eea', { use: printed }],
      ['field-not-allowed-for-recipient', { activity: { ...near, secureIdentification: { purposes: ['marketing'] } } }],
      ['erased', { use: nameOnly }],
      ['retention-over', { standing: { ...person, erased: false } }],
      ['restricted', { standing: { ...person, erased: false, periods: [] } }],
      ['objected-to-marketing', { standing: { ...calm, objections } }],
      ['no-agreement-in-force', { standing: calm }],
      ['no-instruction', { agreement: { ...agreement, instructions: {} } }],
      ['consent-withdrawn', { agreement }],
      ['consent-refused', consenting({ state: 'refused' })],
      ['consent-for-another-wording', consenting({ state: 'given', wording: 'cc' })],
      ['consent-lapsed', consenting({ state: 'given', wording: 'aa' })],
      ['consent-missing', { standing: { ...calm, consents: {} } }],
      ['objected', { activity: { ...near, secureIdentification: { purposes: ['marketing'] }, legalBases: unconsented } }],
      ['balancing-test-missing', { standing: { ...calm, consents: {}, objections: [] } }],
      ['contract-over', { activity: { ...near, secureIdentification: { purposes: ['marketing'] }, legalBases: unconsented.slice(0, 1) } }],
      ['basis-not-live', { standing: { ...calm, consents: {}, objections: [], relations: [] } }],
      ['admitted', { standing: { ...calm, consents: {}, objections: [], relations: [{ customer, capacity: 'sole-trader' }] } }],
    ];
    let repaired: Question = {
      ...question,
      activity: { ...needless, role: 'controller', retired: true, purposes: [], categories: [] },
      standing: person,
      use: sending,
      statement: undefined,
      agreement: undefined,
    };
    const order = steps.map(([, repair]) => {
      repaired = { ...repaired, ...repair };
      const verdict = admit(repaired);
      return verdict.admitted ? 'admitted' : verdict.rule;
    });
    expect(order).toEqual(steps.map(([rule]) => rule));
    expect(order).toEqual([...refusalRules, 'admitted']);
  });
});
