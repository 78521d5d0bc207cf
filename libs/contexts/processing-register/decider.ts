import { Actor, decider, refuse, Refusal } from '@hjemmel/kernel';
import { ActivityEntry, activityStream, company, partsOf, ProcessingActivityEvent, purposes } from './events';
import { ActivityState, evolve } from './state';

/** What an entry may refer to, as it stands when the command is given. */
export interface KnownParts {
  /** Anchors of the sections of the privacy statement in force. */
  readonly policySections: readonly string[];
  /** Ids of the retention rules that are set. */
  readonly retentionRules: readonly string[];
  /** Fields of the data catalogue, by category. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
}

interface OnActivity {
  readonly activityId: string;
  readonly approvedBy: Actor;
  /** Who prepared it; absent for what comes with the program. */
  readonly proposedBy?: string;
}
interface WithEntry extends OnActivity {
  readonly entry: ActivityEntry;
  readonly known: KnownParts;
}
export interface DeclareActivity extends WithEntry {
  readonly type: 'DeclareActivity';
}
export interface ReviseActivity extends WithEntry {
  readonly type: 'ReviseActivity';
  readonly reason: string;
}
export interface RetireActivity extends OnActivity {
  readonly type: 'RetireActivity';
  readonly reason: string;
}
export interface ConfirmPart {
  readonly type: 'ConfirmPart';
  readonly activityId: string;
  readonly part: string;
  readonly reason: string;
  /** Where the confirmation is written down. */
  readonly document: string;
  readonly confirmedBy: Actor;
}
export type RegisterCommand = DeclareActivity | ReviseActivity | RetireActivity | ConfirmPart;

export type RegisterRefusal =
  | keyof typeof rules
  | 'already-declared'
  | 'not-declared'
  | 'retired'
  | 'no-reason'
  | 'no-document'
  | 'approver-not-named'
  | 'four-eyes'
  | 'mark-dropped'
  | 'part-unknown'
  | 'already-confirmed';

/** Decides what stands in the register. P-… are promises of the privacy statement. */
export const processingActivity = decider<RegisterCommand, ActivityState, ProcessingActivityEvent, RegisterRefusal>({
  stream: ({ activityId }) => activityStream(activityId),
  initial: undefined,
  evolve,
  decide: {
    DeclareActivity: (command, activity) => {
      const { activityId, entry, known } = command;
      if (activity && !activity.retired && sameJson(activity.entry, entry)) return [];
      if (activity) return refuse('already-declared', 'GDPR art. 30(1)');
      return (
        faultOfApproval(command) ??
        faultOf(activityId, entry, known) ?? [
          { type: 'ProcessingActivityDeclared', data: { activityId, version: 1, entry, ...approval(command) } },
        ]
      );
    },
    ReviseActivity: (command, activity) => {
      const { activityId, entry, known, reason } = command;
      if (!activity) return refuse('not-declared', 'GDPR art. 30(1)');
      if (activity.retired) return refuse('retired', 'GDPR art. 30(1)');
      if (reason.trim() === '') return refuse('no-reason', 'GDPR art. 5(2)');
      if (sameJson(activity.entry, entry)) return [];
      const version = activity.version + 1;
      return (
        faultOfApproval(command) ??
        faultOf(activityId, entry, known) ??
        droppedMark(activity.entry, entry) ?? [
          { type: 'ProcessingActivityRevised', data: { activityId, version, entry, reason, ...approval(command) } },
        ]
      );
    },
    RetireActivity: (command, activity) => {
      const { activityId, reason } = command;
      if (!activity) return refuse('not-declared', 'GDPR art. 30(1)');
      if (activity.retired) return [];
      if (reason.trim() === '') return refuse('no-reason', 'GDPR art. 5(2)');
      return (
        faultOfApproval(command) ?? [
          { type: 'ProcessingActivityRetired', data: { activityId, version: activity.version, reason, ...approval(command) } },
        ]
      );
    },

    ConfirmPart: ({ activityId, part, reason, document, confirmedBy }, activity) => {
      if (!activity) return refuse('not-declared', 'GDPR art. 30(1)');
      if (activity.retired) return refuse('retired', 'GDPR art. 30(1)');
      if (blank(reason)) return refuse('no-reason', 'GDPR art. 5(2)');
      if (blank(document)) return refuse('no-document', 'GDPR art. 5(2)');
      if (!mayApprove(confirmedBy)) return refuse('approver-not-named', 'GDPR art. 5(2), 24');
      if (!partsOf(activity.entry).includes(part)) return refuse('part-unknown', 'GDPR art. 30(1)');
      if (!activity.entry.unconfirmed.includes(part)) return refuse('already-confirmed', 'GDPR art. 5(2)');
      return [{ type: 'ActivityPartConfirmed', data: { activityId, version: activity.version, part, reason, document, confirmedBy } }];
    },
  },
});

/** A person in one of the two roles that answer for the register. A service or a program stands for nothing. */
export const mayApprove = ({ role }: Actor): boolean => role === 'privacy-officer' || role === 'admin';

/** Four eyes: who prepared a change does not approve it. What comes with the program has nobody who prepared it, and says so by its actor. */
export function faultOfApproval({
  approvedBy,
  proposedBy,
}: Pick<OnActivity, 'approvedBy' | 'proposedBy'>): Refusal<'approver-not-named' | 'four-eyes'> | undefined {
  if (approvedBy.role === 'system' && proposedBy === undefined) return undefined;
  if (!mayApprove(approvedBy)) return refuse('approver-not-named', 'GDPR art. 5(2), 24');
  return blank(proposedBy) || proposedBy === approvedBy.id ? refuse('four-eyes', 'GDPR art. 24(1), 32(1)') : undefined;
}

const approval = ({ approvedBy, proposedBy }: OnActivity) => ({ approvedBy, ...(proposedBy !== undefined && { proposedBy }) });

/** A mark goes by a confirmation, which names a document, or with the part itself; never by leaving it out of a revision. */
function droppedMark(before: ActivityEntry, after: ActivityEntry): Refusal<'mark-dropped'> | undefined {
  const present = partsOf(after);
  return before.unconfirmed.some((part) => present.includes(part) && !after.unconfirmed.includes(part))
    ? refuse('mark-dropped', 'GDPR art. 5(2)')
    : undefined;
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
  'transfer-outside-eea': ['GDPR art. 44; P-52', ({ entry }) => entry.recipients.some((r) => r.location !== 'EEA' && blank(r.suspended))],
  'no-policy-section': ['GDPR art. 13; P-02', ({ entry }) => entry.policySections.length === 0],
  'policy-section-missing': ['GDPR art. 13; P-07', ({ entry, known }) => !subset(entry.policySections, known.policySections)],
  'unconfirmed-part-unknown': ['GDPR art. 5(2)', ({ entry }) => !subset(entry.unconfirmed, partsOf(entry))],
} satisfies Readonly<Record<string, Rule>>;

/** What identifies the customers' workers: their employer decides on it, never the company (P-12). */
const workersData = ['subject.nationalId', 'subject.photo', 'subject.idCopy'];

const ruleNames = Object.keys(rules) as (keyof typeof rules)[];

function faultOf(activityId: string, entry: ActivityEntry, known: KnownParts): Refusal<RegisterRefusal> | undefined {
  const broken = ruleNames.find((name) => rules[name][1]({ activityId, entry, known }));
  return broken && refuse(broken, rules[broken][0]);
}

const hasBasis = ({ legalBases }: ActivityEntry, purpose: string): boolean =>
  legalBases.some(({ purposes: carried }) => carried === undefined || carried.some((code) => code === purpose));

const blank = (text: string | undefined): boolean => text === undefined || text.trim() === '';

const subset = (some: readonly unknown[], all: readonly unknown[]): boolean => some.every((one) => all.includes(one));

/** Equality of plain JSON values, whatever the order of their properties; a property that is undefined is none. */
function sameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = (value: object) => Object.entries(value).flatMap(([key, field]) => (field === undefined ? [] : [key]));
  const [left, right] = [keys(a), keys(b)];
  return left.length === right.length && left.every((key) => sameJson((a as never)[key], (b as never)[key]));
}
