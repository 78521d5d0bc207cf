import type { Actor } from '@hjemmel/kernel';
import { given } from '@hjemmel/kernel/testing/given';
import { declareActivities, knownParts } from './declare-activities/declare-activities.command';
import { BalanceInterest, ConfirmPart, DeclareActivity, processingActivity, ReviseActivity } from './decider';
import {
  ActivityEntry,
  ActivityPartConfirmed,
  DeclaredBasis,
  InterestBalanced,
  ProcessingActivityDeclared,
  ProcessingActivityEvent,
} from './events';
import { wordingsFor } from './consent-wordings/consent-wordings';
import { entriesFrom, registerOf } from './state';

const approvedBy: Actor = { id: 'officer-1', role: 'privacy-officer' };
const proposedBy = 'shop';
const known = knownParts(['controller', 'data-processed', 'sharing'], ['order-3y', 'card-life']);

const orders: ActivityEntry = {
  role: 'controller',
  title: 'Order handling',
  controller: '915376215',
  responsible: 'daglig leder',
  dataSubjects: ['contact-person', 'sole-trader'],
  categories: [{ category: 'subject.contact', fields: ['name', 'email'] }],
  purposes: ['deliver-service'],
  legalBases: [
    { code: '6(1)(b)', when: 'sole-trader' },
    { code: '6(1)(f)', when: 'company-representative', interest: 'the contract with the company' },
  ],
  sources: ['orderer'],
  recipients: [{ id: 'mail-provider', capacity: 'processor', location: 'EEA' }],
  retention: [{ rule: 'order-3y', covers: 'the order' }],
  securityMeasures: ['internal-control'],
  policySections: ['controller'],
  promises: ['P-09'],
  unconfirmed: ['retention:order-3y'],
};

const { instruction: _, ...cards }: ActivityEntry = {
  ...orders,
  role: 'processor',
  title: 'Card ordering',
  controller: 'customer',
  categories: [{ category: 'subject.nationalId', fields: ['number'] }],
  purposes: ['hms-card-ordering'],
  legalBases: [{ code: '28(3)(a)', when: 'controller-instruction' }],
  secureIdentification: 'one card for one person',
};
const instructed: ActivityEntry = { ...cards, instruction: 'the agreement and the order' };

const declare = (entry: ActivityEntry, activityId = entry.role === 'processor' ? 'D-1' : 'C-1'): DeclareActivity => ({
  type: 'DeclareActivity',
  activityId,
  entry,
  known,
  approvedBy,
  proposedBy,
});
const declared = (entry: ActivityEntry, activityId = 'C-1'): ProcessingActivityDeclared => ({
  type: 'ProcessingActivityDeclared',
  data: { activityId, version: 1, entry, approvedBy, proposedBy },
});
const revise = (entry: ActivityEntry, reason = 'a new recipient'): ReviseActivity => ({
  ...declare(entry),
  type: 'ReviseActivity',
  reason,
});
const register = given(processingActivity);

const renamed = { ...orders, title: 'Orders' };
const revised = {
  type: 'ProcessingActivityRevised',
  data: { activityId: 'C-1', version: 2, entry: renamed, reason: 'a new recipient', approvedBy, proposedBy },
} as const;
const retired = {
  type: 'ProcessingActivityRetired',
  data: { activityId: 'C-1', version: 1, reason: 'no longer offered', approvedBy, proposedBy },
} as const;

describe('declaring an activity', () => {
  it('as controller', () => register().when(declare(orders)).then(declared(orders)));
  it('as processor', () => register().when(declare(instructed)).then(declared(instructed, 'D-1')));
  it('does nothing where the same comes again, in whatever order its properties are', () => {
    const turned = Object.fromEntries(Object.entries(orders).reverse()) as typeof orders;
    register(declared(orders)).when(declare(turned)).nothing();
  });
  it('is refused where another stands under the id', () => register(declared(orders)).when(declare(renamed)).refused('already-declared'));
  it('is refused where it was retired', () => register(declared(orders), retired).when(declare(orders)).refused('already-declared'));

  const refused = (
    name: string,
    reason: Parameters<ReturnType<ReturnType<typeof register>['when']>['refused']>[0],
    entry: ActivityEntry,
    id?: string,
  ) => it(`is refused: ${name}`, () => register().when(declare(entry, id)).refused(reason));
  const bases = (...legalBases: readonly DeclaredBasis[]): ActivityEntry => ({ ...orders, legalBases });

  describe('what it is and who is responsible for it', () => {
    refused('an id that is not of the record’s form', 'malformed-id', orders, 'C1');
    refused('a processor’s id for a controller’s activity', 'malformed-id', orders, 'D-1');
    refused('a controller’s activity that is said to be the customer’s (P-09)', 'controller-mismatch', {
      ...orders,
      controller: 'customer',
    });
    refused('a processor’s activity that is said to be the company’s (P-12)', 'controller-mismatch', {
      ...instructed,
      controller: '915376215',
    });
    refused('no data subjects (art. 30(1)(c))', 'no-data-subjects', { ...orders, dataSubjects: [] });
    refused('no source (P-16)', 'no-source', { ...orders, sources: [] });
    refused('no security measure (art. 30(1)(g))', 'no-security-measure', { ...orders, securityMeasures: [] });
    refused('something unconfirmed that is not in the entry', 'unconfirmed-part-unknown', {
      ...orders,
      unconfirmed: ['retention:card-life'],
    });
  });

  describe('purposes', () => {
    refused('none (art. 5(1)(b))', 'no-purpose', { ...orders, purposes: [] });
    refused('one outside the closed list (P-23)', 'purpose-unknown', { ...orders, purposes: ['profiling' as never] });
    refused('one that no basis carries (P-25)', 'purpose-without-basis', {
      ...orders,
      purposes: ['deliver-service', 'invoicing'],
      legalBases: [{ code: '6(1)(b)', when: 'sole-trader', purposes: ['deliver-service'] }],
    });
  });

  describe('legal basis', () => {
    refused('none (art. 6(1), P-25)', 'no-legal-basis', bases());
    refused(
      'a contract with somebody who only represents a company (art. 6(1)(b), P-27)',
      'contract-with-a-company',
      bases({ code: '6(1)(b)', when: 'company-representative' }),
    );
    refused('consent that does not depend on consent (art. 7)', 'consent-condition-mismatch', bases({ code: '6(1)(a)', when: 'always' }));
    refused('another basis that depends on consent', 'consent-condition-mismatch', bases({ code: '6(1)(b)', when: 'consent' }));
    refused('a legal duty without the law (art. 6(3))', 'legal-duty-without-statute', bases({ code: '6(1)(c)', when: 'legal-duty' }));
    refused('an interest that is not named (art. 13(1)(d))', 'interest-not-named', bases({ code: '6(1)(f)', when: 'always' }));
    refused(
      'one that ends before it begins',
      'validity-reversed',
      bases({ code: '6(1)(b)', when: 'always', validFrom: '2025-01-01', validUntil: '2024-12-31' }),
    );
    refused(
      'a controller’s activity that rests on an instruction (art. 28(3)(a))',
      'instruction-is-for-processors',
      bases(...instructed.legalBases),
    );
  });

  describe('as processor', () => {
    refused('a statutory duty of the company’s own: it is the customer’s (P-11)', 'statutory-duty-is-the-customers', {
      ...instructed,
      legalBases: [...instructed.legalBases, { code: '6(1)(c)', when: 'legal-duty', statute: 'FOR-2007-03-30-366' }],
    });
    refused('an interest of the company’s own (art. 28(10), P-13)', 'own-basis-as-processor', {
      ...instructed,
      legalBases: [{ code: '6(1)(f)', when: 'always', interest: 'ours' }],
    });
    refused('no documented instruction (art. 28(3)(a), P-13)', 'no-instruction', cards);
    refused('what identifies workers, as controller (P-12, P-21)', 'worker-data-is-the-customers', {
      ...orders,
      categories: [{ category: 'subject.photo', fields: ['photo'] }],
    });
  });

  describe('data', () => {
    const categories = (...declaredCategories: ActivityEntry['categories']): ActivityEntry => ({
      ...orders,
      categories: declaredCategories,
    });
    refused('no category (art. 30(1)(c))', 'no-categories', categories());
    refused('a category without fields', 'no-categories', categories({ category: 'subject.contact', fields: [] }));
    refused(
      'a category that is not in the catalogue (P-15)',
      'category-unknown',
      categories({ category: 'subject.shoeSize', fields: ['size'] }),
    );
    refused(
      'a field that is not in the catalogue (P-15)',
      'category-unknown',
      categories({ category: 'subject.contact', fields: ['name', 'shoeSize'] }),
    );
    refused(
      'a category named like something that every object has',
      'category-unknown',
      categories({ category: 'constructor', fields: ['name'] }),
    );
    const { secureIdentification: _without, ...noNeed } = instructed;
    refused(
      'a national identity number without a need for secure identification (personopplysningsloven § 12)',
      'no-need-for-identification',
      noNeed,
    );
    refused('no rule for how long it is kept (P-68)', 'no-retention-rule', { ...orders, retention: [] });
    refused('a rule that is not set (P-62)', 'retention-rule-unknown', {
      ...orders,
      retention: [{ rule: 'forever', covers: 'all' }],
      unconfirmed: [],
    });
  });

  describe('recipients', () => {
    const abroad = { id: 'ad-networks', capacity: 'controller', location: 'third-country' } as const;
    refused('one outside the EEA (art. 44, P-52)', 'transfer-outside-eea', { ...orders, recipients: [abroad] });
    it('one outside the EEA to whom nothing is sent', () => {
      const suspended = { ...orders, recipients: [{ ...abroad, suspended: 'T-6' }] };
      register().when(declare(suspended)).then(declared(suspended));
    });
  });

  describe('the privacy statement', () => {
    refused('no section covers it (P-02)', 'no-policy-section', { ...orders, policySections: [] });
    refused('a section that the statement does not have (P-07)', 'policy-section-missing', {
      ...orders,
      policySections: ['controller', 'horses'],
    });
  });
});

describe('revising an activity', () => {
  it('raises its version', () => register(declared(orders)).when(revise(renamed)).then(revised));
  it('does nothing where nothing is changed', () => register(declared(orders), revised).when(revise(renamed)).nothing());
  it('is held to the same rules', () =>
    register(declared(orders))
      .when(revise({ ...orders, legalBases: [] }))
      .refused('no-legal-basis'));
  it('needs a reason', () => register(declared(orders)).when(revise(renamed, ' ')).refused('no-reason'));
  it('needs an activity', () => register().when(revise(renamed)).refused('not-declared'));
  it('is too late once it is retired', () => register(declared(orders), retired).when(revise(renamed)).refused('retired'));
});

describe('retiring an activity', () => {
  const retire = { type: 'RetireActivity', activityId: 'C-1', approvedBy, proposedBy, reason: 'no longer offered' } as const;
  it('is done once', () => {
    register(declared(orders)).when(retire).then(retired);
    register(declared(orders), retired).when(retire).nothing();
  });
  it('needs an activity and a reason', () => {
    register().when(retire).refused('not-declared');
    register(declared(orders))
      .when({ ...retire, reason: '' })
      .refused('no-reason');
  });
});

describe('four eyes', () => {
  const by = (changes: Partial<DeclareActivity>) => register().when({ ...declare(orders), ...changes });
  it('a change is approved by a named person who answers for the register', () => {
    by({ approvedBy: { id: 'shop-2', role: 'service' } }).refused('approver-not-named');
    by({ approvedBy: { id: 'worker-1', role: 'case-worker' } }).refused('approver-not-named');
    by({ approvedBy: { id: 'timer', role: 'system' } }).refused('approver-not-named');
  });
  it('and prepared by somebody else', () => {
    by({ proposedBy: 'officer-1' }).refused('four-eyes');
    by({ proposedBy: ' ' }).refused('four-eyes');
    register(declared(orders))
      .when({ ...revise(renamed), proposedBy: 'officer-1' })
      .refused('four-eyes');
    register(declared(orders))
      .when({ type: 'RetireActivity', activityId: 'C-1', approvedBy, proposedBy: 'officer-1', reason: 'over' })
      .refused('four-eyes');
  });
  it('what comes with the program says so by its actor, and is prepared by nobody', () => {
    const installer: Actor = { id: 'first-start', role: 'system' };
    const { proposedBy: _nobody, ...command } = { ...declare(orders), approvedBy: installer };
    register()
      .when(command)
      .then({ type: 'ProcessingActivityDeclared', data: { activityId: 'C-1', version: 1, entry: orders, approvedBy: installer } });
  });
});

describe('confirming what was assumed', () => {
  const confirm: ConfirmPart = {
    type: 'ConfirmPart',
    activityId: 'C-1',
    part: 'retention:order-3y',
    reason: 'decided by the board',
    document: 'board 2026-11/4',
    confirmedBy: approvedBy,
  };
  const confirmed: ActivityPartConfirmed = {
    type: 'ActivityPartConfirmed',
    data: {
      activityId: 'C-1',
      version: 1,
      part: 'retention:order-3y',
      reason: 'decided by the board',
      document: 'board 2026-11/4',
      confirmedBy: approvedBy,
    },
  };
  it('takes its mark away', () => {
    register(declared(orders)).when(confirm).then(confirmed);
    expect(entriesFrom([declared(orders), confirmed]).get('C-1')).toMatchObject({ version: 1, entry: { unconfirmed: [] } });
  });
  it('is done once', () => register(declared(orders), confirmed).when(confirm).refused('already-confirmed'));
  it('needs a mark', () =>
    register(declared({ ...orders, unconfirmed: [] }))
      .when(confirm)
      .refused('already-confirmed'));
  it('needs a reason, a document and a named person', () => {
    register(declared(orders))
      .when({ ...confirm, reason: ' ' })
      .refused('no-reason');
    register(declared(orders))
      .when({ ...confirm, document: '' })
      .refused('no-document');
    register(declared(orders))
      .when({ ...confirm, confirmedBy: { id: 'first-start', role: 'system' } })
      .refused('approver-not-named');
  });
  it('needs the part, and an activity that stands', () => {
    register(declared(orders))
      .when({ ...confirm, part: 'recipient:nobody' })
      .refused('part-unknown');
    register().when(confirm).refused('not-declared');
    register(declared(orders), retired).when(confirm).refused('retired');
  });
  it('cannot be gone round by a revision that leaves the mark out', () => {
    register(declared(orders))
      .when(revise({ ...renamed, unconfirmed: [] }))
      .refused('mark-dropped');
    const without = { ...orders, retention: [{ rule: 'card-life', covers: 'the order' }], unconfirmed: [] };
    register(declared(orders))
      .when(revise(without))
      .then({ ...revised, data: { ...revised.data, entry: without } });
  });
  it('a revision may mark it again; then it waits for a person again', () => {
    const marked = { ...renamed, unconfirmed: ['retention:order-3y'] };
    const again = { ...revised, data: { ...revised.data, entry: marked } };
    register(declared(orders), confirmed).when(revise(marked)).then(again);
    register(declared(orders), confirmed, again)
      .when(confirm)
      .then({ ...confirmed, data: { ...confirmed.data, version: 2 } });
  });
});

describe('what an entry says of recipients, interests, consent, national ids and keeping', () => {
  const refused = (name: string, reason: Parameters<ReturnType<ReturnType<typeof register>['when']>['refused']>[0], entry: ActivityEntry) =>
    it(`is refused: ${name}`, () => register().when(declare(entry)).refused(reason));
  const test = { necessity: 'n', balance: 'b', safeguards: 's' };
  const withBases = (...legalBases: readonly DeclaredBasis[]): ActivityEntry => ({ ...orders, legalBases });
  const marketing: ActivityEntry = { ...orders, purposes: ['marketing'] };
  const consent: DeclaredBasis = { code: '6(1)(a)', when: 'consent' };

  refused('a recipient that is to get what the activity does not hold (P-48)', 'recipient-field-not-declared', {
    ...orders,
    recipients: [
      { id: 'mail-provider', capacity: 'processor', location: 'EEA', fields: ['subject.contact.name', 'subject.contact.phone'] },
    ],
  });
  refused('a recipient in the EEA that stores outside of it (art. 44, P-52)', 'transfer-outside-eea', {
    ...orders,
    recipients: [{ id: 'mail-provider', capacity: 'processor', location: 'EEA', storage: 'third-country' }],
  });
  refused(
    'a balancing test of a contract',
    'balancing-is-for-interests',
    withBases({ code: '6(1)(b)', when: 'sole-trader', balancing: test }),
  );
  refused(
    'a balancing test without its safeguards (P-29)',
    'balancing-test-incomplete',
    withBases({ code: '6(1)(f)', when: 'always', interest: 'i', balancing: { ...test, safeguards: ' ' } }),
  );
  refused(
    'a wording for what does not rest on consent',
    'wording-is-for-consent',
    withBases({ code: '6(1)(f)', when: 'always', interest: 'i', wordings: [...wordingsFor('marketing')] }),
  );
  refused('a wording that nobody is shown (art. 7(1))', 'wording-unknown', {
    ...marketing,
    legalBases: [{ ...consent, wordings: ['ab'.repeat(32)] }],
  });
  refused('a wording that asks for another purpose (art. 7(2))', 'wording-unknown', {
    ...marketing,
    legalBases: [{ ...consent, wordings: wordingsFor('site-analytics') }],
  });
  refused('a consent that lasts for no time a calendar counts', 'malformed-duration', {
    ...marketing,
    legalBases: [{ ...consent, consentLasts: '12 months' }],
  });
  refused('a need for identification in a purpose that it has not (personopplysningsloven § 12)', 'identifies-for-undeclared-purpose', {
    ...instructed,
    identifies: ['card-lifecycle'],
  });
  refused('a rule for keeping what it does not hold (P-68)', 'retention-of-undeclared-category', {
    ...orders,
    retention: [{ rule: 'order-3y', covers: 'invoices', categories: ['invoice'] }],
  });
  refused('a controller’s activity that outlives an agreement', 'outlives-no-agreement', { ...orders, outlivesAgreement: true });
  it('is accepted where it fits', () => {
    const entry: ActivityEntry = {
      ...marketing,
      legalBases: [{ ...consent, wordings: wordingsFor('marketing'), consentLasts: 'P2Y' }],
      recipients: [{ id: 'mail-provider', capacity: 'processor', location: 'EEA', storage: 'EEA', fields: ['subject.contact.email'] }],
      retention: [{ rule: 'order-3y', covers: 'all', categories: ['subject.contact'] }],
    };
    register().when(declare(entry)).then(declared(entry));
  });
});

describe('the test of a legitimate interest (art. 6(1)(f); P-29, P-39)', () => {
  const test = {
    necessity: 'no order without it',
    balance: 'working life',
    safeguards: 'no other use',
    document: 'LIA 1',
    reviewBy: '2027-06-30',
  };
  const balance: BalanceInterest = {
    type: 'BalanceInterest',
    activityId: 'C-1',
    purposes: ['deliver-service'],
    test,
    today: '2026-06-30',
    approvedBy,
    proposedBy,
  };
  const balanced: InterestBalanced = {
    type: 'InterestBalanced',
    data: { activityId: 'C-1', version: 1, purposes: ['deliver-service'], test, approvedBy, proposedBy },
  };
  const after = (...events: readonly ProcessingActivityEvent[]) => entriesFrom(events).get('C-1')!.entry;

  it('is recorded by a named person, and prepared by another', () => {
    register(declared(orders)).when(balance).then(balanced);
    register(declared(orders))
      .when({ ...balance, proposedBy: approvedBy.id })
      .refused('four-eyes');
    register(declared(orders))
      .when({ ...balance, approvedBy: { id: 'shop', role: 'service' } })
      .refused('approver-not-named');
  });
  it('says all three steps, and where it is written down', () => {
    for (const step of ['necessity', 'balance', 'safeguards'] as const)
      register(declared(orders))
        .when({ ...balance, test: { ...test, [step]: ' ' } })
        .refused('balancing-test-incomplete');
    register(declared(orders))
      .when({ ...balance, test: { ...test, document: '' } })
      .refused('balancing-test-incomplete');
  });
  it('stands until a day that is not past', () => {
    register(declared(orders))
      .when({ ...balance, test: { ...test, reviewBy: '2026-06-29' } })
      .refused('review-is-past');
    register(declared(orders))
      .when({ ...balance, test: { ...test, reviewBy: '2026-06-30' } })
      .then({ ...balanced, data: { ...balanced.data, test: { ...test, reviewBy: '2026-06-30' } } });
  });
  it('is of an interest that is declared for those purposes', () => {
    register(declared(orders))
      .when({ ...balance, purposes: ['invoicing'] })
      .refused('no-such-interest');
    register(declared(orders))
      .when({ ...balance, purposes: ['deliver-service', 'invoicing'] })
      .refused('no-such-interest');
    register().when(balance).refused('not-declared');
    register(declared(orders), retired).when(balance).refused('retired');
  });
  it('stands with the basis, takes the mark of an assumed one away, and says nothing new when it comes again', () => {
    const assumed: ActivityEntry = {
      ...orders,
      legalBases: orders.legalBases.map((basis) =>
        basis.code === '6(1)(f)' ? { ...basis, balancing: { necessity: 'n', balance: 'b', safeguards: 's' } } : basis,
      ),
      unconfirmed: ['retention:order-3y', 'balancing:deliver-service'],
    };
    expect(after(declared(assumed), balanced)).toMatchObject({
      legalBases: [{ code: '6(1)(b)' }, { code: '6(1)(f)', balancing: test }],
      unconfirmed: ['retention:order-3y'],
    });
    register(declared(orders), balanced).when(balance).nothing();
  });
});

describe('the register', () => {
  const rules = new Map([['order-3y', { trigger: 'contract-ended', length: 'P3Y' }]]);
  const registerFrom = (...events: readonly ProcessingActivityEvent[]) => registerOf(entriesFrom(events), rules);

  it('is what admission asks: the latest version of each activity, by id', () => {
    const register = registerFrom(declared(orders), declared(instructed, 'D-1'), revised);
    expect([...register.keys()]).toEqual(['C-1', 'D-1']);
    expect(register.get('C-1')).toEqual({
      id: 'C-1',
      version: 2,
      role: 'controller',
      purposes: ['deliver-service'],
      legalBases: orders.legalBases,
      categories: orders.categories,
      // Nobody has said what it may get: nothing, then.
      recipients: [{ id: 'mail-provider', location: 'EEA', storage: 'EEA', fields: [] }],
      retention: [{ rule: 'order-3y', trigger: 'contract-ended', length: 'P3Y' }],
      retired: false,
    });
    // The need for identification without a purpose: the number is only stored.
    expect(register.get('D-1')).toMatchObject({ secureIdentification: { purposes: [] } });
  });

  it('keeps what is retired, and says so; what is suspended admits nothing either', () => {
    const suspended = { ...orders, suspended: { conflict: 'T-6', why: 'third country' } };
    expect(registerFrom(declared(orders), retired).get('C-1')).toMatchObject({ retired: true, version: 1 });
    expect(registerFrom(declared(suspended)).get('C-1')).toMatchObject({ retired: true });
    expect(entriesFrom([declared(suspended)]).get('C-1')).toMatchObject({ retired: false, entry: suspended });
  });

  it('is declared by one command for each entry', () => {
    const byProgram = ({ proposedBy: _without, ...command }: DeclareActivity) => command;
    expect(declareActivities({ 'C-1': orders, 'D-1': instructed }, known, approvedBy)).toEqual(
      [declare(orders), declare(instructed)].map(byProgram),
    );
  });
});
