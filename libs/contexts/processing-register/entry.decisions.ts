import { refuse, Refusal } from '@hjemmel/kernel';
import { ActivityEntry, BalancingTest, company, partsOf, purposes } from './events';

/** What an entry may refer to, as it stands when the command is given. */
export interface KnownParts {
  /** Anchors of the sections of the privacy statement in force. */
  readonly policySections: readonly string[];
  /** Ids of the retention rules that are set. */
  readonly retentionRules: readonly string[];
  /** Fields of the data catalogue, by category. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  /** Hashes of the wordings in which consent is asked for, by purpose. */
  readonly wordings: Readonly<Record<string, readonly string[]>>;
}

interface Question {
  readonly activityId: string;
  readonly entry: ActivityEntry;
  readonly known: KnownParts;
}

/** Each rule with the law or promise that it implements; it holds where the entry is at fault. */
type Rule = readonly [legal: string, atFault: (question: Question) => boolean];

const asProcessor = ({ entry }: Question): boolean => entry.role === 'processor';
const basis = ({ entry }: Question, code: string) => entry.legalBases.filter((declared) => declared.code === code);
const category = ({ entry }: Question, ...names: readonly string[]) =>
  entry.categories.some((declared) => names.includes(declared.category));

/** Read from the top: the first that is broken refuses. */
const rules = {
  'malformed-id': ['GDPR art. 30(1)', (q) => !new RegExp(`^${asProcessor(q) ? 'D' : 'C'}-[1-9][0-9]*$`).test(q.activityId)],
  'controller-mismatch': ['GDPR art. 4(7)–(8); P-09', (q) => q.entry.controller !== (asProcessor(q) ? 'customer' : company)],
  'no-purpose': ['GDPR art. 5(1)(b)', ({ entry }) => entry.purposes.length === 0],
  'purpose-unknown': ['GDPR art. 5(1)(b); P-23', ({ entry }) => !subset(entry.purposes, purposes)],
  'no-legal-basis': ['GDPR art. 6(1); P-25', ({ entry }) => entry.legalBases.length === 0],
  'statutory-duty-is-the-customers': ['P-11', (q) => asProcessor(q) && basis(q, '6(1)(c)').length > 0],
  'own-basis-as-processor': [
    'GDPR art. 28(3)(a), 28(10); P-13',
    (q) => asProcessor(q) && basis(q, '28(3)(a)').length < q.entry.legalBases.length,
  ],
  'instruction-is-for-processors': ['GDPR art. 28(3)(a)', (q) => !asProcessor(q) && basis(q, '28(3)(a)').length > 0],
  'no-instruction': ['GDPR art. 28(3)(a); P-13', (q) => asProcessor(q) && blank(q.entry.instruction)],
  'contract-with-a-company': ['GDPR art. 6(1)(b); P-27', (q) => basis(q, '6(1)(b)').some(({ when }) => when === 'company-representative')],
  'consent-condition-mismatch': [
    'GDPR art. 6(1)(a), 7',
    ({ entry }) => entry.legalBases.some(({ code, when }) => (code === '6(1)(a)') !== (when === 'consent')),
  ],
  'legal-duty-without-statute': ['GDPR art. 6(3)', (q) => [...basis(q, '6(1)(c)'), ...basis(q, '6(1)(e)')].some((b) => blank(b.statute))],
  'interest-not-named': ['GDPR art. 13(1)(d)', (q) => basis(q, '6(1)(f)').some(({ interest }) => blank(interest))],
  'balancing-is-for-interests': [
    'GDPR art. 6(1)(f)',
    ({ entry }) => entry.legalBases.some(({ code, balancing }) => balancing !== undefined && code !== '6(1)(f)'),
  ],
  'balancing-test-incomplete': [
    'GDPR art. 6(1)(f); P-29',
    ({ entry }) => entry.legalBases.some(({ balancing }) => balancing !== undefined && !isComplete(balancing)),
  ],
  'wording-is-for-consent': [
    'GDPR art. 7(1)',
    ({ entry }) =>
      entry.legalBases.some(({ code, wordings, consentLasts }) => code !== '6(1)(a)' && (wordings ?? consentLasts) !== undefined),
  ],
  'wording-unknown': [
    'GDPR art. 7(1)–(2); P-33',
    ({ entry, known }) =>
      entry.legalBases.some(({ wordings = [], purposes: carried = entry.purposes }) => {
        const shown = carried.flatMap((purpose) => (Object.hasOwn(known.wordings, purpose) ? known.wordings[purpose]! : []));
        return !subset(wordings, shown);
      }),
  ],
  'malformed-duration': [
    'GDPR art. 5(1)(e)',
    ({ entry }) => entry.legalBases.some(({ consentLasts }) => consentLasts !== undefined && !DURATION.test(consentLasts)),
  ],
  'validity-reversed': [
    'GDPR art. 6(1)',
    ({ entry }) => entry.legalBases.some(({ validFrom = '0000', validUntil = '9999' }) => validFrom > validUntil),
  ],
  'purpose-without-basis': ['GDPR art. 6(1); P-25', ({ entry }) => !entry.purposes.every((purpose) => hasBasis(entry, purpose))],
  'worker-data-is-the-customers': ['GDPR art. 4(7); P-12, P-21', (q) => !asProcessor(q) && category(q, ...workersData)],
  'no-data-subjects': ['GDPR art. 30(1)(c)', ({ entry }) => entry.dataSubjects.length === 0],
  'no-categories': [
    'GDPR art. 30(1)(c)',
    ({ entry }) => entry.categories.length === 0 || entry.categories.some(({ fields }) => fields.length === 0),
  ],
  'category-unknown': [
    'GDPR art. 5(1)(c); P-15',
    ({ entry, known }) =>
      !entry.categories.every(({ category: name, fields }) => Object.hasOwn(known.fields, name) && subset(fields, known.fields[name]!)),
  ],
  'no-need-for-identification': [
    'personopplysningsloven § 12; P-19',
    (q) => category(q, 'subject.nationalId') && blank(q.entry.secureIdentification),
  ],
  'identifies-for-undeclared-purpose': [
    'personopplysningsloven § 12; P-19',
    ({ entry }) => !subset(entry.identifies ?? [], entry.purposes) || (entry.identifies !== undefined && blank(entry.secureIdentification)),
  ],
  'recipient-field-not-declared': [
    'GDPR art. 5(1)(c); P-48',
    ({ entry }) => {
      const declared = entry.categories.flatMap(({ category: name, fields }) => fields.map((field) => `${name}.${field}`));
      return entry.recipients.some(({ fields = [] }) => !subset(fields, declared));
    },
  ],
  'retention-of-undeclared-category': [
    'GDPR art. 5(1)(e); P-68',
    ({ entry }) =>
      entry.retention.some(
        ({ categories = [] }) =>
          !subset(
            categories,
            entry.categories.map(({ category: name }) => name),
          ),
      ),
  ],
  'outlives-no-agreement': ['GDPR art. 28(3)(e), (g)', (q) => !asProcessor(q) && q.entry.outlivesAgreement === true],
  'no-source': ['GDPR art. 14(2)(f); P-16', ({ entry }) => entry.sources.length === 0],
  'no-retention-rule': ['GDPR art. 5(1)(e); P-68', ({ entry }) => entry.retention.length === 0],
  'retention-rule-unknown': [
    'GDPR art. 30(1)(f); P-62',
    (q) =>
      !subset(
        q.entry.retention.map(({ rule }) => rule),
        q.known.retentionRules,
      ),
  ],
  'no-security-measure': ['GDPR art. 30(1)(g), 32', ({ entry }) => entry.securityMeasures.length === 0],
  'transfer-outside-eea': [
    'GDPR art. 44; P-52',
    ({ entry }) => entry.recipients.some((r) => (r.location !== 'EEA' || (r.storage ?? 'EEA') !== 'EEA') && blank(r.suspended)),
  ],
  'no-policy-section': ['GDPR art. 13; P-02', ({ entry }) => entry.policySections.length === 0],
  'policy-section-missing': ['GDPR art. 13; P-07', ({ entry, known }) => !subset(entry.policySections, known.policySections)],
  'unconfirmed-part-unknown': ['GDPR art. 5(2)', ({ entry }) => !subset(entry.unconfirmed, partsOf(entry))],
} satisfies Readonly<Record<string, Rule>>;

/** What identifies the customers' workers: their employer decides on it, never the company (P-12). */
const workersData = ['subject.nationalId', 'subject.photo', 'subject.idCopy'];

const ruleNames = Object.keys(rules) as (keyof typeof rules)[];

export type EntryRefusal = keyof typeof rules;

/** The first rule of the register that an entry breaks, with the law or promise behind it. */
export function faultOf(activityId: string, entry: ActivityEntry, known: KnownParts): Refusal<EntryRefusal> | undefined {
  const broken = ruleNames.find((name) => rules[name][1]({ activityId, entry, known }));
  return broken && refuse(broken, rules[broken][0]);
}

const hasBasis = ({ legalBases }: ActivityEntry, purpose: string): boolean =>
  legalBases.some(({ purposes: carried }) => carried === undefined || carried.some((code) => code === purpose));

export const isComplete = ({ necessity, balance, safeguards, document = '-' }: BalancingTest): boolean =>
  [necessity, balance, safeguards, document].every((text) => !blank(text));

/** Years, months, weeks and days: what a calendar counts. */
const DURATION = /^P(?=\d)(?:\d{1,3}Y)?(?:\d{1,4}M)?(?:\d{1,4}W)?(?:\d{1,5}D)?$/;

export const blank = (text: string | undefined): boolean => text === undefined || text.trim() === '';

export const subset = (some: readonly unknown[], all: readonly unknown[]): boolean => some.every((one) => all.includes(one));
