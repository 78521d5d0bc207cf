import { civil, monthsLater, serial, text } from '@hjemmel/kernel/calendar/testing/independent-calendar';
import fc from 'fast-check';
import type { Question } from '../question';
import {
  Activity,
  Agreement,
  AllowedRecipient,
  BasisCondition,
  Capacity,
  ConsentStanding,
  KeepingRule,
  LegalBasis,
  RequestedUse,
  restrictionExceptions,
  Standing,
} from '../types';

/*
 * Small worlds, so that every rule is met often. Left to chance, most uses are undeclared or for strangers: here everything fits, by a person
 * whom it concerns, and is spoiled now and then, seldom in the worlds that are `lawful`, often in those that are `wild`.
 */

export const company = '915376215';
const customers = ['334115739', '923609016', 'enk-1'] as const;
const purposes = ['deliver-service', 'marketing', 'bookkeeping'] as const;
const categories = ['subject.contact', 'invoice', 'subject.nationalId', 'subject.photo', 'subject.idCopy'] as const;
const statement = { version: '2023-12-20', hash: 'ab', effectiveFrom: '2023-12-19T23:00:00.000Z' };

/** Days in winter and summer, at a turn of the year and of a leap year's February: around each of them its world turns. */
const days = [
  [2025, 1, 1],
  [2024, 2, 29],
  [2023, 2, 28],
  [2026, 7, 1],
] as const;

/** What starts periods of keeping, how long they last, and about how many months before today they must have begun to end today. */
const keeping: readonly (KeepingRule & { readonly months: number })[] = [
  { rule: 'A', trigger: 'contract-ended', length: 'P3Y6M', months: 42 },
  { rule: 'B', trigger: 'order-delivered', length: 'P1M', categories: ['subject.contact', 'subject.photo'], months: 1 },
  { rule: 'C', trigger: 'financial-year-ended', length: 'P5Y', categories: ['invoice'], months: 60 },
  { rule: 'D', trigger: 'card-returned', categories: ['subject.photo', 'subject.idCopy', 'subject.nationalId'], months: 0 },
  { rule: 'E', trigger: 'card-returned', length: 'P30D', months: 1 },
];

/** Exactly on the hour at which a day may begin, or a moment before it: that is where a bound is wrong if it is wrong. */
const instantAbout = (day: number): fc.Arbitrary<Date> =>
  fc
    .tuple(fc.integer({ min: -30, max: 54 }), fc.constantFrom(-1, 0, 0, 1_800_000))
    .map(([hours, ms]) => new Date(day * 86_400_000 + hours * 3_600_000 + ms));
const about = (day: number): fc.Arbitrary<string> => instantAbout(day).map((at) => at.toISOString());
const dayAbout = (day: number): fc.Arbitrary<string> => fc.integer({ min: -2, max: 2 }).map((days) => text(civil(day + days)));

type Rather = <F, S>(fitting: fc.Arbitrary<F>, spoiled: fc.Arbitrary<S>) => fc.Arbitrary<F | S>;
const ratherThan =
  (percent: number): Rather =>
  (fitting, spoiled) =>
    fc.oneof({ weight: 100 - percent, arbitrary: fitting }, { weight: percent, arbitrary: spoiled });

interface Matter {
  readonly day: number;
  readonly ours: boolean;
  readonly purpose: string;
  readonly wanted: readonly string[];
  readonly customer: string;
  readonly known: Capacity;
}

const rests: readonly (readonly [LegalBasis['code'], BasisCondition])[] = [
  ['6(1)(a)', 'consent'],
  ['6(1)(a)', 'consent'],
  ['6(1)(b)', 'sole-trader'],
  ['6(1)(c)', 'legal-duty'],
  ['6(1)(d)', 'always'],
  ['6(1)(e)', 'always'],
  ['6(1)(f)', 'company-representative'],
  ['6(1)(f)', 'company-representative'],
  ['6(1)(f)', 'always'],
  ['28(3)(a)', 'controller-instruction'],
  ['28(3)(a)', 'controller-instruction'],
];

function basis({ day, purpose }: Matter, rather: Rather): fc.Arbitrary<LegalBasis> {
  const marginal = fc.record(
    {
      purposes: fc.subarray([...purposes]),
      statute: fc.constantFrom('bokføringsloven § 13', 'markedsføringsloven § 15'),
      validFrom: dayAbout(day),
      validUntil: dayAbout(day),
    },
    { requiredKeys: [] },
  );
  const consented = fc.record(
    { wordings: fc.subarray(['aa', 'bb']), consentLasts: fc.constantFrom('P1M', 'P2Y', 'P30D') },
    { requiredKeys: [] },
  );
  const balanced = rather(
    fc.constant({ balancing: {} }),
    fc.oneof(fc.constant({}), fc.record({ balancing: fc.record({ reviewBy: dayAbout(day) }) })),
  );
  return fc
    .record({
      rests: fc.constantFrom(...rests),
      marginal: rather(fc.constantFrom({}, { purposes: [purpose] }), marginal),
      consented,
      balanced,
    })
    .map(({ rests: [code, when], marginal, consented, balanced }) => ({
      code,
      when,
      ...marginal,
      ...(code === '6(1)(a)' && consented),
      ...(code === '6(1)(f)' && balanced),
    }));
}

const names = (category: string) => ['name', 'number'].map((name) => `${category}.${name}`);
const recipient = (id: string, abroad: Partial<AllowedRecipient> = {}): fc.Arbitrary<AllowedRecipient> =>
  fc.subarray(categories.flatMap(names), { minLength: 5 }).map((fields) => ({ id, location: 'EEA', storage: 'EEA', fields, ...abroad }));

const activity = (matter: Matter, rather: Rather): fc.Arbitrary<Activity> =>
  fc.record(
    {
      id: fc.constant('C-1'),
      version: fc.integer({ min: 1, max: 9 }),
      role: rather(fc.constant(matter.ours ? 'controller' : 'processor'), fc.constantFrom('controller', 'processor')),
      purposes: rather(fc.constant([...purposes]), fc.subarray([...purposes])),
      legalBases: fc.array(basis(matter, rather), { minLength: 1, maxLength: 4 }),
      categories: rather(fc.constant([...categories]), fc.subarray([...categories])).map((declared) =>
        declared.map((category) => ({ category, fields: ['name', 'number'] })),
      ),
      recipients: fc.tuple(
        recipient('issuer'),
        recipient('analyst', { location: 'third-country' }),
        recipient('host', { storage: 'third-country' }),
        recipient('post', { suspended: '3' }),
      ),
      retention: rather(
        fc.constant<KeepingRule[]>([]),
        fc.subarray([...keeping]).map((rules) => rules.map(({ months: _, ...rule }): KeepingRule => rule)),
      ),
      secureIdentification: fc.record({
        purposes: rather(fc.constant([matter.purpose]), fc.subarray([...purposes])),
      }),
      outlivesAgreement: fc.constant(true as const),
      retired: rather(fc.constant(false), fc.constantFrom(true, false, false, false)),
    },
    {
      requiredKeys: ['id', 'version', 'role', 'purposes', 'legalBases', 'categories', 'recipients', 'retention', 'retired'],
    },
  );

function standing({ day, ours, customer, known, purpose }: Matter, rather: Rather): fc.Arbitrary<Standing> {
  const relation = (towards: fc.Arbitrary<string>, as: fc.Arbitrary<Capacity>) =>
    fc.oneof(
      { weight: 2, arbitrary: fc.record({ customer: towards, capacity: as }) },
      { weight: 1, arbitrary: fc.record({ customer: towards, capacity: as, endedAt: about(day) }) },
    );
  const others = relation(
    fc.constantFrom(company, ...customers),
    fc.constantFrom('company-representative', 'sole-trader', 'worker', 'visitor'),
  );
  const consent: fc.Arbitrary<ConsentStanding> = fc.record(
    {
      state: fc.constantFrom('given', 'given', 'given', 'refused', 'withdrawn'),
      wording: fc.constantFrom('aa', 'bb', 'cc'),
      givenAt: fc.constantFrom(0, 1, 1, 24).chain((months) => about(monthsLater(day, -months))),
    },
    { requiredKeys: ['state'] },
  );
  const period = fc.record({ from: fc.constantFrom(...keeping), early: fc.boolean() }).chain(({ from: { trigger, months }, early }) =>
    fc.record(
      {
        trigger: fc.constant(trigger),
        customer: fc.constantFrom(customer, ...customers),
        since: about(monthsLater(day, early ? -months - 2 : -months)),
      },
      { requiredKeys: ['trigger', 'since'] },
    ),
  );
  const objection = fc.record({
    objectionId: fc.constant('o'),
    kind: fc.constantFrom('situation', 'situation', 'direct-marketing'),
    purpose: fc.constantFrom(purpose, ...purposes),
    state: fc.constantFrom('pending', 'upheld'),
  });
  return fc.record({
    controller: rather(fc.constant(ours ? company : customer), fc.constantFrom(company, ...customers, '')),
    relations: fc
      .tuple(
        rather(fc.array(relation(fc.constant(customer), fc.constant(known)), { minLength: 1, maxLength: 1 }), fc.constant([])),
        rather(fc.constant([]), fc.array(others, { minLength: 1, maxLength: 2 })),
      )
      .map((two) => two.flat()),
    consents: fc.oneof(
      fc.constant({}),
      consent.map((stands) => ({ [purpose]: stands })),
      fc.dictionary(fc.constantFrom(...purposes), consent, { maxKeys: 2 }),
    ),
    restrictions: rather(
      fc.constant([]),
      fc.array(fc.constant({ restrictionId: 'r', ground: 'accuracy-contested' }), { minLength: 1, maxLength: 2 }),
    ),
    objections: rather(fc.constant([]), fc.array(objection, { minLength: 1, maxLength: 2 })),
    periods: fc.array(period, { maxLength: 6 }),
    erased: rather(fc.constant(false), fc.boolean()),
  });
}

function agreement({ day }: Matter, rather: Rather): fc.Arbitrary<Agreement | undefined> {
  const span = rather(
    fc.constant({ from: '2020-01-01T00:00:00.000Z' }),
    fc.record({ from: fc.oneof(fc.constant('2020-01-01T00:00:00.000Z'), about(day)), until: about(day) }, { requiredKeys: ['from'] }),
  );
  const instructions = rather(
    span.map((given) => ({ 'C-1': given })),
    fc.constantFrom({}, { 'D-2': { from: '2020-01-01T00:00:00.000Z' } }),
  );
  const agreed = fc.record({ version: fc.constantFrom('1', '2'), span, instructions });
  return rather(
    agreed.map(({ span: lasting, ...rest }) => ({ ...rest, ...lasting })),
    fc.constant(undefined),
  );
}

function use({ purpose, wanted, customer }: Matter, rather: Rather): fc.Arbitrary<RequestedUse> {
  const fields = fc.subarray(wanted.length > 0 ? wanted.flatMap(names) : names('invoice'), { maxLength: 2 });
  const anywhere = fc.subarray(categories.flatMap(names), { minLength: 1, maxLength: 3 });
  const disclosed = fc.record({
    id: rather(fc.constant('issuer'), fc.constantFrom('analyst', 'host', 'post', 'nobody')),
    fields: rather(fields, anywhere),
  });
  const unlikely = fc.record(
    {
      customer: fc.constantFrom(company, ...customers),
      recipient: disclosed,
      matching: fc.constant(true as const),
      exception: fc.record({ ground: fc.constantFrom(...restrictionExceptions), reason: fc.constant('case 7') }),
    },
    { requiredKeys: [] },
  );
  return fc
    .record({
      activity: fc.constant('C-1'),
      purpose: fc.constant(purpose),
      categories: fc.constant(wanted),
      kind: rather(fc.constant('processing'), fc.constantFrom('processing', 'storage')),
      more: rather(fc.constantFrom({}, { customer }), unlikely),
    })
    .map(({ more, ...required }) => ({ ...required, ...more }));
}

const worlds = (rather: Rather): fc.Arbitrary<Question> =>
  fc
    .record({
      day: fc.constantFrom(...days).map(serial),
      ours: fc.boolean(),
      purpose: fc.constantFrom(...purposes),
      wanted: fc.subarray([...categories], { maxLength: 2 }),
      customer: fc.constantFrom(...customers),
      contact: fc.constantFrom<Capacity>('sole-trader', 'company-representative'),
    })
    .map(({ contact, ...matter }): Matter => ({ ...matter, known: matter.ours ? contact : 'worker' }))
    .chain((matter) =>
      fc.record({
        standing: standing(matter, rather),
        activity: rather(activity(matter, rather), fc.option(activity(matter, rather), { nil: undefined, freq: 6 })),
        statement: rather(fc.constant(statement), fc.option(fc.constant(statement), { nil: undefined, freq: 4 })),
        agreement: agreement(matter, rather),
        use: use(matter, rather),
        at: instantAbout(matter.day),
        company: fc.constant(company),
      }),
    );

export const lawful = worlds(ratherThan(12));
export const wild = worlds(ratherThan(50));
