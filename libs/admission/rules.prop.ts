import fc from 'fast-check';
import { admit, Question } from './rules';
import { Activity, BasisCondition, Capacity, Ground, LegalBasis, RefusalRule, RequestedUse, RestrictionException, Standing } from './types';

/*
 * The oracle is written from the law and not from the rules: it collects every reason against a use, in no order, and every basis for it;
 * a use is lawful where there is no reason against it and a basis for it. Which of several reasons is told is a matter of
 * precedence, stated below as data.
 */

const company = '915376215';
const customers = [company, '334115739', 'enk-1', 'enk-2'] as const;
const purposes = ['deliver-service', 'marketing', 'bookkeeping'] as const;
const categories = ['subject.contact', 'invoice', 'subject.nationalId'] as const;

interface Reason {
  readonly rule: RefusalRule;
  readonly article: string;
}

/** What is undeclared comes before what the person's standing forbids, and that before what has no basis. */
const precedence: readonly RefusalRule[] = [
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
];

const osloCalendar = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Oslo', dateStyle: 'short' });

/** Bases that somebody who reads the register on that day finds for the purpose, whether or not the person meets their condition. */
function basesOnThatDay({ use, at }: Question, { legalBases }: Activity): LegalBasis[] {
  const today = osloCalendar.format(at);
  const found: LegalBasis[] = [];
  for (const basis of legalBases) {
    if (basis.purposes && basis.purposes.indexOf(use.purpose) < 0) continue;
    if (basis.validFrom && today < basis.validFrom) continue;
    if (basis.validUntil && today > basis.validUntil) continue;
    found.push(basis);
  }
  return found;
}

/** Who the person is to the customer on whose account it is done (art. 6(1)(b): is the person party to that contract?). */
function capacities({ standing, use }: Question): Set<Capacity> {
  const concerned = new Set<Capacity>();
  for (const { customer, capacity } of standing.relations) {
    if (use.customer === undefined || use.customer === customer) concerned.add(capacity);
  }
  return concerned;
}

function meets(question: Question, when: BasisCondition): boolean {
  const { standing, use } = question;
  const who = capacities(question);
  if (when === 'sole-trader' || when === 'company-representative') return who.size === 1 && who.has(when);
  if (when === 'consent')
    return Object.entries(standing.consents).some(([purpose, { state }]) => purpose === use.purpose && state === 'given');
  if (when === 'controller-instruction') {
    const employer = standing.controller;
    const employed = standing.relations.filter((relation) => relation.customer === employer).map(({ capacity }) => capacity);
    const onOwnAccount = [employer, undefined].includes(use.customer);
    return onOwnAccount && employed.includes('worker');
  }
  return true; // a legal duty, or an interest balanced once for everybody
}

function reasonsAgainst(question: Question): Reason[] {
  const { activity, standing, statement, use } = question;
  const reasons: Reason[] = [];
  const because = (rule: RefusalRule, article: string, condition: boolean): void => void (condition && reasons.push({ rule, article }));

  because('no-statement-in-force', 'GDPR art. 13(1)', statement === undefined);
  because('no-such-activity', 'GDPR art. 30(1)', activity === undefined || activity.retired);
  because('erased', 'GDPR art. 17(1)', standing.erased);
  because('restricted', 'GDPR art. 18(2)', !(standing.restrictions.length === 0 || use.kind === 'storage' || use.exception !== undefined));
  because('objected-to-marketing', 'GDPR art. 21(3)', standing.objections.map(({ purpose }) => purpose).includes(use.purpose));
  if (!activity) return reasons;

  const ownPerson = standing.controller === question.company;
  because('role-mismatch', 'GDPR art. 4(7)–(8)', activity.role === 'controller' ? !ownPerson : ownPerson);
  because('purpose-not-declared', 'GDPR art. 5(1)(b)', !new Set(activity.purposes).has(use.purpose));
  const declared = new Set(activity.categories.map(({ category }) => category));
  because('category-not-declared', 'GDPR art. 5(1)(c)', !use.categories.every((category) => declared.has(category)));

  const bases = basesOnThatDay(question, activity);
  const live = bases.filter(({ when }) => meets(question, when));
  const asksConsent = bases.some(({ code }) => code === '6(1)(a)');
  because('consent-withdrawn', 'GDPR art. 7(3)', asksConsent && standing.consents[use.purpose]?.state === 'withdrawn');
  because('consent-missing', 'GDPR art. 6(1)(a)', asksConsent && live.length === 0);
  because('basis-not-live', 'GDPR art. 6(1)', live.length === 0);
  return reasons;
}

function groundFor(question: Question): Ground {
  const { use, standing, statement } = question;
  const activity = question.activity!;
  const [basis] = basesOnThatDay(question, activity).filter(({ when }) => meets(question, when));
  const ground: Ground = {
    activity: activity.id,
    activityVersion: activity.version,
    role: standing.controller === question.company ? 'controller' : 'processor',
    controller: standing.controller,
    purpose: use.purpose,
    categories: use.categories,
    basis:
      basis!.statute === undefined
        ? { code: basis!.code, because: basis!.when }
        : { code: basis!.code, because: basis!.when, statute: basis!.statute },
    statement: { version: statement!.version, hash: statement!.hash },
  };
  const neededException = standing.restrictions.length > 0 && use.kind !== 'storage';
  return neededException ? { ...ground, exception: use.exception! } : ground;
}

/* Small worlds, so that every rule is met often; days around the turn of the year, when Oslo is ahead of UTC. */

const day = fc.constantFrom('2024-12-30', '2024-12-31', '2025-01-01', '2025-01-02');
const basis: fc.Arbitrary<LegalBasis> = fc
  .record(
    {
      rests: fc.constantFrom<readonly [LegalBasis['code'], BasisCondition]>(
        ['6(1)(a)', 'consent'],
        ['6(1)(b)', 'sole-trader'],
        ['6(1)(c)', 'legal-duty'],
        ['6(1)(f)', 'company-representative'],
        ['6(1)(f)', 'always'],
        ['28(3)(a)', 'controller-instruction'],
      ),
      purposes: fc.subarray([...purposes], { minLength: 1 }),
      statute: fc.constantFrom('bokføringsloven § 13', 'markedsføringsloven § 15'),
      validFrom: day,
      validUntil: day,
    },
    { requiredKeys: ['rests'] },
  )
  .map(({ rests: [code, when], ...rest }) => ({ code, when, ...rest }));

const activity: fc.Arbitrary<Activity> = fc.record({
  id: fc.constantFrom('C-1', 'D-1'),
  version: fc.integer({ min: 1, max: 9 }),
  role: fc.constantFrom('controller', 'controller', 'processor'),
  purposes: fc.subarray([...purposes], { minLength: 1 }),
  legalBases: fc.array(basis, { minLength: 1, maxLength: 4 }),
  categories: fc.subarray([...categories]).map((names) => names.map((category) => ({ category, fields: ['name'] }))),
  retired: rarely(fc.boolean()),
});

const consent = fc.record({ state: fc.constantFrom('given', 'given', 'withdrawn') }, { requiredKeys: ['state'] });
const standing: fc.Arbitrary<Standing> = fc.record({
  controller: fc.constantFrom(company, company, ...customers, ''),
  relations: fc.uniqueArray(
    fc.record({ customer: fc.constantFrom(...customers), capacity: fc.constantFrom('company-representative', 'sole-trader', 'worker') }),
    { maxLength: 3, selector: ({ customer }) => customer },
  ),
  consents: fc.dictionary(fc.constantFrom(...purposes), consent, { maxKeys: 2 }),
  restrictions: fc.array(fc.record({ restrictionId: fc.constant('r'), ground: fc.constant('accuracy-contested') }), { maxLength: 2 }),
  objections: fc.subarray([...purposes], { maxLength: 1 }).map((names) => names.map((purpose) => ({ purpose }))),
  erased: rarely(fc.boolean()),
});

const exception = fc.record({
  ground: fc.constantFrom<RestrictionException>(
    'consent-of-data-subject',
    'legal-claims',
    'protection-of-another-person',
    'important-public-interest',
  ),
  reason: fc.constant('case 7'),
});
const use: fc.Arbitrary<RequestedUse> = fc.record(
  {
    activity: fc.constant('C-1'),
    purpose: fc.constantFrom(...purposes),
    categories: fc.subarray([...categories], { maxLength: 2 }),
    kind: fc.constantFrom('processing', 'processing', 'storage'),
    customer: fc.constantFrom(...customers),
    exception,
  },
  { requiredKeys: ['activity', 'purpose', 'categories', 'kind'] },
);

const statement = { version: '2023-12-20', hash: 'ab', effectiveFrom: '2023-12-19T23:00:00.000Z' };
const question: fc.Arbitrary<Question> = fc.record({
  standing,
  activity: fc.option(activity, { nil: undefined, freq: 20 }),
  statement: fc.option(fc.constant(statement), { nil: undefined, freq: 20 }),
  use,
  at: fc.date({ min: new Date('2024-12-30T20:00:00Z'), max: new Date('2025-01-02T02:00:00Z'), noInvalidDate: true }),
  company: fc.constant(company),
});

function rarely(flag: fc.Arbitrary<boolean>): fc.Arbitrary<boolean> {
  return fc.tuple(flag, flag, flag, flag).map((flags) => flags.every(Boolean));
}

/** Left to chance, most uses are undeclared or for strangers: here the activity declares what is asked for, by a person whom it concerns. */
const fitting = fc.tuple(question, fc.boolean()).map(([asked, known]): Question => {
  const { activity: declared, standing: person, use: wanted } = asked;
  const ours = person.controller === company;
  const own: Standing['relations'] = [{ customer: person.controller, capacity: ours ? 'sole-trader' : 'worker' }];
  const relations = known ? [...own, ...person.relations.filter(({ customer }) => customer !== person.controller)] : person.relations;
  const [concerned] = relations;
  return {
    ...asked,
    standing: { ...person, relations },
    use: { ...wanted, ...(concerned && wanted.customer !== undefined && { customer: concerned.customer }) },
    activity: declared && {
      ...declared,
      role: ours ? 'controller' : 'processor',
      purposes: [...new Set([...declared.purposes, wanted.purpose])],
      categories: categories.map((category) => ({ category, fields: ['name'] })),
    },
  };
});

describe('the rules and the law', () => {
  const met = new Map<string, number>();

  it('agree on every use of every person: admitted on the same ground, or refused for the same reason', () => {
    fc.assert(
      fc.property(fc.oneof(question, fitting, fitting), (asked) => {
        const reasons = reasonsAgainst(asked);
        const verdict = admit(asked);
        const outcome = verdict.admitted ? verdict.ground.basis.code : verdict.rule;
        met.set(outcome, (met.get(outcome) ?? 0) + 1);
        if (reasons.length === 0) {
          expect(verdict).toEqual({ admitted: true, ground: groundFor(asked) });
          return;
        }
        const [told] = reasons.toSorted((a, b) => precedence.indexOf(a.rule) - precedence.indexOf(b.rule));
        const cited = asked.statement && { version: asked.statement.version, hash: asked.statement.hash };
        expect(verdict).toEqual({ admitted: false, rule: told!.rule, legal: told!.article, ...(cited && { statement: cited }) });
      }),
      { numRuns: 10_000 },
    );
    // A run in which a rule was never met would show nothing of it.
    expect([...met.keys()].sort()).toEqual([...precedence, '28(3)(a)', '6(1)(a)', '6(1)(b)', '6(1)(c)', '6(1)(f)'].sort());
  });

  it('give the same verdict whenever they are asked, and change nothing of what they are given', () => {
    fc.assert(
      fc.property(fitting, (asked) => {
        const before = structuredClone(asked);
        const verdict = admit(asked);
        expect(admit(before)).toEqual(verdict);
        expect(asked).toEqual(before);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never admit more where a person is restricted, objects, withdraws or is erased', () => {
    const stricter: readonly ((standing: Standing, use: RequestedUse) => Standing)[] = [
      (before) => ({ ...before, restrictions: [...before.restrictions, { restrictionId: 'x', ground: 'objection-pending' }] }),
      (before, { purpose }) => ({ ...before, objections: [...before.objections, { purpose }] }),
      (before, { purpose }) => ({ ...before, consents: { ...before.consents, [purpose]: { state: 'withdrawn' } } }),
      (before) => ({ ...before, erased: true }),
    ];
    fc.assert(
      fc.property(fitting, fc.constantFrom(...stricter), (asked, tighten) => {
        const after = admit({ ...asked, standing: tighten(asked.standing, asked.use) });
        if (after.admitted) expect(admit(asked).admitted).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });
});
