import { ActivityEntry, BalancingTest, company, DeclaredBasis, DeclaredRetention, PurposeCode, Recipient } from '../events';
import { retentionRules } from './retention-rules';

/** Section of the statement of 2023-12-20 in which each promise stands: the number of its first promise. */
const sections: readonly (readonly [firstPromise: number, anchor: string])[] = [
  [1, 'introduction'],
  [8, 'controller'],
  [15, 'personal-data'],
  [16, 'data-processed'],
  [23, 'purpose'],
  [25, 'legal-basis'],
  [34, 'sources'],
  [44, 'sharing'],
  [53, 'access'],
  [57, 'withdrawal'],
  [60, 'portability-restriction-objection'],
  [65, 'erasure-and-rectification'],
  [71, 'security'],
  [78, 'complaint'],
  [80, 'contact'],
  [81, 'changes'],
];

const sectionOf = (promise: number): string => sections.findLast(([first]) => first <= promise)![1];

/** `'9 53-56'` → 9, 53, 54, 55, 56. */
const numbers = (listed: string): number[] =>
  listed.split(' ').flatMap((part) => {
    const [first, last = first] = part.split('-').map(Number) as [number, number?];
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });

/** Said by the statement. */
const statedMeasures = ['risk-assessment', 'internal-control', 'confidentiality-undertakings'];
/** What this system brings; the company has not confirmed them yet. */
const ownMeasures = ['per-subject-encryption', 'role-based-access', 'read-logging', 'witnessed-evidence-log', 'eea-guard'];

export interface Draft extends Omit<
  ActivityEntry,
  'role' | 'controller' | 'responsible' | 'policySections' | 'promises' | 'unconfirmed' | 'securityMeasures' | 'retention'
> {
  /** Numbers and ranges, for example `9 53-56`. */
  readonly promises: string;
  /** What each retention rule covers. */
  readonly retention: Readonly<Record<string, string>>;
  /** The categories that a rule is for, where it is not for all. */
  readonly keeps?: Readonly<Record<string, readonly string[]>>;
  /** Fields that each recipient may get: `*` for all that is declared, or words such as `subject.contact:name,email`. */
  readonly allow?: Readonly<Record<string, string>>;
  /** What is assumed besides the lengths of retention rules and this system's own measures. */
  readonly assumed?: readonly string[];
}

const entry = ({ promises, retention, keeps = {}, allow = {}, assumed = [], ...draft }: Draft) => {
  const listed = numbers(promises);
  const kept: DeclaredRetention[] = Object.entries(retention).map(([rule, covers]) => ({
    rule,
    covers,
    ...(keeps[rule] && { categories: keeps[rule] }),
  }));
  const made = {
    ...draft,
    responsible: 'daglig leder',
    recipients: draft.recipients.map((recipient) => ({ ...recipient, fields: allowed(allow[recipient.id] ?? '', draft) })),
    retention: kept,
    securityMeasures: [...statedMeasures, ...ownMeasures],
    policySections: [...new Set(listed.map(sectionOf))],
    promises: listed.map((number) => `P-${String(number).padStart(2, '0')}`),
  };
  return {
    ...made,
    unconfirmed: [
      ...kept.filter(({ rule }) => !retentionRules[rule]?.confirmed).map(({ rule }) => `retention:${rule}`),
      ...assumed,
      // What each recipient needs, how interests were balanced and how long a consent lasts is this program's reading; nobody has stated it.
      ...made.recipients.map(({ id }) => `fields:${id}`),
      ...draft.legalBases.flatMap(({ balancing, purposes: carried = draft.purposes }) =>
        balancing ? carried.map((purpose) => `balancing:${purpose}`) : [],
      ),
      ...draft.legalBases.flatMap(({ consentLasts }) => (consentLasts === undefined ? [] : [`consent-lasts:${consentLasts}`])),
      ...ownMeasures.map((measure) => `security:${measure}`),
    ].filter((part, place, all) => all.indexOf(part) === place),
  };
};

/** `subject.contact:name,email order.lines:*` → `subject.contact.name`, … */
function allowed(words: string, { categories }: Pick<Draft, 'categories'>): readonly string[] {
  const all = categories.flatMap(({ category, fields }) => fields.map((field) => `${category}.${field}`));
  if (words === '*') return all;
  return words
    .split(' ')
    .filter((word) => word !== '')
    .flatMap((word) => {
      const [category, fields] = word.split(':') as [string, string];
      return fields === '*'
        ? all.filter((field) => field.startsWith(`${category}.`))
        : fields.split(',').map((field) => `${category}.${field}`);
    });
}

export const asController = (draft: Draft): ActivityEntry => ({ ...entry(draft), role: 'controller', controller: company });

export const asProcessor = (draft: Draft): ActivityEntry => ({ ...entry(draft), role: 'processor', controller: 'customer' });

/** A contract with the person where the customer is a sole trader, the interest in fulfilling the company's contract where not (promise P-27). */
export const contractOrInterest = (
  interest: string,
  balancing: BalancingTest,
  ...carried: readonly PurposeCode[]
): readonly DeclaredBasis[] => [
  { code: '6(1)(b)', when: 'sole-trader', purposes: carried },
  { code: '6(1)(f)', when: 'company-representative', purposes: carried, interest, balancing },
];

/** The three steps of the test (GDPR art. 6(1)(f)), as this program assumes them until the company has done its own. */
export const balanced = (necessity: string, balance: string, safeguards: string): BalancingTest => ({ necessity, balance, safeguards });

export const legalDuty = (statute: string, ...carried: readonly PurposeCode[]): DeclaredBasis => ({
  code: '6(1)(c)',
  when: 'legal-duty',
  statute,
  ...(carried.length > 0 && { purposes: carried }),
});

export const instructed: readonly DeclaredBasis[] = [{ code: '28(3)(a)', when: 'controller-instruction' }];

export const within = (capacity: Recipient['capacity'], ...ids: readonly string[]): readonly Recipient[] =>
  ids.map((id) => ({ id, capacity, location: 'EEA' }));

/** Advertising networks are outside the EEA, where the statement promises to send nothing (conflict T-6): off. */
export const adNetworks: Recipient = { id: 'ad-networks', capacity: 'controller', location: 'third-country', suspended: 'T-6' };
