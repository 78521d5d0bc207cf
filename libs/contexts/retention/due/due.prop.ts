import fc from 'fast-check';
import type { LedgerEvent } from '@hjemmel/contexts/data-subjects/facts.contract';
import type { KeepingNorms } from './norms';
import { standingsOf } from './due';
import { admitted, began, contractEnded, customer, holding, norms, other, registered, related } from './testing/person';

/** A day as three numbers, and nothing of the program's calendar: the oracle counts on its fingers. */
type Ymd = readonly [year: number, month: number, day: number];

const daysIn = (year: number, month: number): number =>
  month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;

function nextDay([year, month, day]: Ymd): Ymd {
  if (day < daysIn(year, month)) return [year, month, day + 1];
  return month < 12 ? [year, month + 1, 1] : [year + 1, 1, 1];
}

/** Months first, cut to the month's last day, and then days one by one. */
function after([year, month, day]: Ymd, months: number, days: number): Ymd {
  const total = year * 12 + month - 1 + months;
  const [y, m] = [Math.floor(total / 12), (total % 12) + 1];
  let end: Ymd = [y, m, Math.min(day, daysIn(y, m))];
  for (let i = 0; i < days; i++) end = nextDay(end);
  return end;
}

const written = ([year, month, day]: Ymd): string => `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;

/** Something that happened at noon, or at half past eleven in the evening, UTC: then it is the next day in Oslo, in winter and in summer. */
interface Moment {
  readonly day: Ymd;
  readonly late: boolean;
}
const instantOf = ({ day, late }: Moment): string => `${written(day)}T${late ? '23:30' : '12:00'}:00.000Z`;
const dayOf = ({ day, late }: Moment): Ymd => (late ? nextDay(day) : day);

interface Rule {
  readonly trigger: 'contract-ended' | 'card-issued' | 'case-closed';
  readonly months: number;
  readonly days: number;
  readonly unset: boolean;
  readonly confirmed: boolean;
}
interface Case {
  readonly rules: readonly Rule[];
  /** Per activity, which of the rules it names; the first three are C-1's to C-3's. */
  readonly named: readonly (readonly number[])[];
  /** Who stored under which activity. */
  readonly uses: readonly { readonly activity: number; readonly towards: string }[];
  readonly happened: readonly { readonly trigger: Rule['trigger']; readonly towards: string | undefined; readonly at: Moment }[];
  readonly asked: Ymd;
}

const day = fc
  .tuple(fc.integer({ min: 2019, max: 2028 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 31 }))
  .map(([y, m, d]): Ymd => [y, m, Math.min(d, daysIn(y, m))]);
const moment = fc.record({ day, late: fc.boolean() });
const trigger = fc.constantFrom('contract-ended' as const, 'card-issued' as const, 'case-closed' as const);
const towards = fc.constantFrom(customer, other);
const cases: fc.Arbitrary<Case> = fc.record({
  rules: fc.array(
    fc.record({
      trigger,
      months: fc.integer({ min: 0, max: 70 }),
      days: fc.integer({ min: 0, max: 400 }),
      unset: fc.integer({ min: 0, max: 15 }).map((n) => n === 0),
      confirmed: fc.boolean(),
    }),
    { minLength: 3, maxLength: 3 },
  ),
  named: fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 3 }), { minLength: 3, maxLength: 3 }),
  uses: fc.array(fc.record({ activity: fc.integer({ min: 0, max: 2 }), towards }), { minLength: 1, maxLength: 4 }),
  happened: fc.array(fc.record({ trigger, towards: fc.option(towards, { nil: undefined }), at: moment }), { maxLength: 12 }),
  asked: day,
});

const ids = ['C-1', 'C-2', 'C-3'];

function register({ rules, named }: Case): KeepingNorms {
  const categories = [{ category: 'subject.contact', fields: ['name'] }];
  const entries = ids.map((id, i) => [id, { categories, retention: named[i]!.map((n) => ({ rule: `rule-${n}`, covers: 'all' })) }]);
  const { activities } = norms({}, Object.fromEntries(entries) as Record<string, object>);
  const set = rules.map(({ trigger: when, months, days, unset, confirmed }, n) => {
    const length = unset ? {} : { length: `P${months}M${days}D` };
    return [`rule-${n}`, { ruleId: `rule-${n}`, version: 1, rule: { trigger: when, ...length, basis: 'b', confirmed } }] as const;
  });
  return { activities, rules: new Map(set) };
}

function story({ uses, happened }: Case): LedgerEvent[] {
  const stored = uses.map(({ activity, towards: account }) => {
    const { type, data } = admitted(ids[activity]!, { towards: account }) as Extract<LedgerEvent, { type: 'ProcessingAdmitted' }>;
    return { type, data: { ...data, categories: ['subject.contact'] } };
  });
  const ends = happened.map(({ trigger: what, towards: account, at }) =>
    what === 'contract-ended' && account !== undefined ? contractEnded(instantOf(at), account) : began(what, instantOf(at), account),
  );
  return [registered('contact'), related(other), ...stored, ...ends];
}

/** By hand: for each who stored and each rule named, the last thing that happened; then whether any of them still keeps on the day. */
function oracle({ rules, named, uses, happened, asked }: Case): string {
  const pairs = uses.flatMap(({ activity, towards: account }) => named[activity]!.map((n) => ({ rule: rules[n]!, account })));
  if (pairs.some(({ rule }) => rule.unset)) return 'refused-no-length';
  const ends = pairs.map(({ rule, account }) => {
    const concerning = happened.filter((one) => one.trigger === rule.trigger && (one.towards === undefined || one.towards === account));
    // The end of a relation is the last that was said; a period that began for all stands beside it.
    const said =
      rule.trigger === 'contract-ended'
        ? [concerning.filter((one) => one.towards !== undefined).at(-1), concerning.filter((one) => one.towards === undefined).at(-1)]
        : [concerning.filter((one) => one.towards === account).at(-1), concerning.filter((one) => one.towards === undefined).at(-1)];
    const days = said.flatMap((one) => (one ? [written(dayOf(one.at))] : [])).sort();
    const start = days.at(-1);
    if (start === undefined) return undefined;
    const [y, m, d] = start.split('-').map(Number) as [number, number, number];
    return { last: written(after([y, m, d], rule.months, rule.days)), confirmed: rule.confirmed };
  });
  if (ends.some((end) => end === undefined)) return 'open';
  const all = ends.map((end) => end!);
  if (all.some(({ last }) => written(asked) <= last)) return 'kept';
  const longest = all
    .map(({ last }) => last)
    .sort()
    .at(-1);
  return all.every(({ last, confirmed }) => last !== longest || confirmed) ? 'due' : 'waiting-for-confirmation';
}

it('keeps what any rule of any activity keeps on any customer’s account, to the day, and nothing longer (GDPR art. 5(1)(e))', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(cases, (one) => {
      const expected = oracle(one);
      seen.set(expected, (seen.get(expected) ?? 0) + 1);
      const [standing] = standingsOf(holding(...story(one)), register(one), new Date(`${written(one.asked)}T12:00:00.000Z`));
      expect(standing!.state).toBe(expected);
    }),
    { numRuns: 1_500 },
  );
  expect([...seen.keys()].sort()).toEqual(['due', 'kept', 'open', 'refused-no-length', 'waiting-for-confirmation']);
});
