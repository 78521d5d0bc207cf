import type { Question } from './question';
import { admit } from './rules';
import { Activity, Agreement, LegalBasis, RefusalRule, RequestedUse, RestrictionException, Standing, Statement } from './types';

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
  });
  it('carries its purpose under whichever wording it was given: the record of activities binds none to a basis', () => {
    const verdicts = ['aa', 'bb', undefined].map((wording) => with_({ marketing: { state: 'given', ...(wording && { wording }) } }));
    expect(new Set(verdicts.map((verdict) => JSON.stringify(verdict))).size).toBe(1);
    expect(verdicts[0]!.admitted).toBe(true);
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
  it('what is not declared, before what the person’s standing forbids, before what has no basis', () => {
    const worst: Question = {
      ...question,
      standing: { ...representative, controller: '', relations: [], restrictions: restricted.restrictions, erased: true },
      use: { ...mailing, purpose: 'invoicing', categories: ['subject.idCopy'] },
      activity: { ...marketing, retired: true },
      statement: undefined,
    };
    const objections = [marketingObjection];
    const repairs: Partial<Question>[] = [
      {},
      { statement },
      { activity: marketing },
      { standing: { ...worst.standing, controller: company } },
      { use: { ...mailing, categories: ['subject.idCopy'] } },
      { use: mailing },
      { standing: { ...restricted, relations: [], objections, consents: { marketing: { state: 'withdrawn' } } } },
      { standing: { ...representative, relations: [], objections, consents: { marketing: { state: 'withdrawn' } } } },
      { standing: { ...representative, relations: [], consents: { marketing: { state: 'withdrawn' } } } },
      { standing: { ...representative, relations: [] } },
      { activity: { ...marketing, legalBases: orders.legalBases } },
    ];
    let repaired = worst;
    const order = repairs.map((repair) => {
      repaired = { ...repaired, ...repair };
      const verdict = admit(repaired);
      return verdict.admitted ? 'admitted' : verdict.rule;
    });
    expect(order).toEqual([
      'no-statement-in-force',
      'no-such-activity',
      'role-mismatch',
      'purpose-not-declared',
      'category-not-declared',
      'erased',
      'restricted',
      'objected-to-marketing',
      'consent-withdrawn',
      'consent-missing',
      'basis-not-live',
    ]);
  });
});
