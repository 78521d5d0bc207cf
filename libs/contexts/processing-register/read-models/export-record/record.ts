import type { Agreement } from '@hjemmel/admission';
import { Conflict, conflictsOf, Language } from '@hjemmel/contexts/privacy-notice/contract';
import type { BalancingTest } from '../../events';
import { particulars, unconfirmedParticulars } from '../../particulars';
import type { ActivityAt, RetentionRuleAt } from '../../register-history';
import { durationIn, label } from './labels';

export type Article = '30(1)' | '30(2)';

/** A word of the record; `unconfirmed` where nobody in the company has stood for it yet. */
export interface Stated {
  readonly code: string;
  readonly label: string;
  readonly unconfirmed?: true;
}

export interface RecordEntry {
  readonly id: string;
  readonly version: number;
  readonly since: string;
  readonly title: string;
  readonly responsible: string;
  /** GDPR art. 30(1)(b), 30(2)(b). */
  readonly purposes: readonly Stated[];
  readonly legalBases: readonly Stated[];
  /** GDPR art. 30(1)(c). */
  readonly dataSubjects: readonly Stated[];
  readonly categories: readonly (Stated & { readonly fields: readonly Stated[] })[];
  readonly sources: readonly string[];
  /** GDPR art. 30(1)(d). */
  readonly recipients: readonly (Stated & {
    readonly capacity: string;
    readonly location: string;
    /** What it may get, category and field. */
    readonly fields: readonly string[];
    readonly suspended?: string;
  })[];
  /** Tests of legitimate interests (GDPR art. 6(1)(f)): for which purposes, and until when they stand. */
  readonly balancing: readonly (Stated & { readonly test: BalancingTest })[];
  /** GDPR art. 30(1)(e), 30(2)(c): transfers to third countries; empty where there are none. */
  readonly transfers: readonly string[];
  /** GDPR art. 30(1)(f). */
  readonly retention: readonly (Stated & { readonly basis: string })[];
  /** GDPR art. 30(1)(g), 30(2)(d). */
  readonly security: readonly Stated[];
  readonly instruction?: string;
  readonly ownDuties?: readonly Stated[];
  readonly secureIdentification?: string;
  readonly suspended?: { readonly conflict: string; readonly why: string };
  /** Numbers of the statement's conflicts that it touches. */
  readonly conflicts: readonly string[];
  /** What was done for the customer, as the log has it; absent where nothing was, and in the controller's record. */
  readonly observed?: { readonly since: string; readonly last: string; readonly uses: number };
  /** The customer's instruction for it; art. 30(2) only, absent where there is none. */
  readonly instructed?: { readonly from: string; readonly until?: string };
  readonly unconfirmed: readonly string[];
}

/** The record of processing activities under GDPR art. 30, as of a moment. */
export interface ProcessingRecord {
  readonly article: Article;
  readonly asOf: string;
  readonly language: Language;
  readonly keeper: typeof particulars & { readonly unconfirmed: readonly string[] };
  /** For whom the company acts; art. 30(2) only. */
  readonly customer?: RecordedCustomer;
  readonly statement?: { readonly version: string; readonly effectiveFrom: string };
  readonly entries: readonly RecordEntry[];
  readonly conflicts: readonly {
    readonly id: string;
    readonly where: readonly string[];
    readonly what: string;
    readonly suggestion: string;
  }[];
  /** False while a part waits for a person: then it proves nothing about those parts. */
  readonly confirmed: boolean;
}

/** A controller for whom the company acts, with what could be opened of it. */
export interface RecordedCustomer {
  readonly reference: string;
  readonly name: string;
  readonly contact: string;
  /** The agreement under which the company acts for it (GDPR art. 28(3)); absent where there was none by then. */
  readonly agreement?: { readonly version: string; readonly from: string; readonly until?: string };
}

export interface RecordParts {
  readonly article: Article;
  readonly asOf: Date;
  readonly language: Language;
  readonly activities: readonly ActivityAt[];
  readonly rules: readonly RetentionRuleAt[];
  readonly statement?: { readonly version: string; readonly effectiveFrom: string };
  /** Those that the statement in force then has. */
  readonly conflicts: readonly Conflict[];
  readonly customer?: RecordedCustomer;
  readonly observed?: ReadonlyMap<string, NonNullable<RecordEntry['observed']>>;
  readonly instructions?: Agreement['instructions'];
}

/** Pure. Retired activities are left out: at the moment asked for nothing was done under them any more. */
export function processingRecord({ article, asOf, language, activities, statement, customer, ...parts }: RecordParts): ProcessingRecord {
  const role = article === '30(1)' ? 'controller' : 'processor';
  const entries = activities
    .filter(({ entry, retired }) => entry.role === role && !retired)
    .map((activity) => entryOf(activity, language, parts));
  const shown = parts.conflicts.filter(({ id }) => entries.some(({ conflicts }) => conflicts.includes(id)));
  return {
    article,
    asOf: asOf.toISOString(),
    language,
    keeper: { ...particulars, unconfirmed: unconfirmedParticulars },
    ...(customer && { customer }),
    ...(statement && { statement: { version: statement.version, effectiveFrom: statement.effectiveFrom } }),
    entries,
    conflicts: shown.map(({ id, where, what, suggestion }) => ({ id, where, what: what[language], suggestion: suggestion[language] })),
    confirmed: Object.values(particulars).every((value) => value !== null) && entries.every(({ unconfirmed }) => unconfirmed.length === 0),
  };
}

function entryOf(
  { activityId, version, since, entry }: ActivityAt,
  language: Language,
  { rules, conflicts, observed, instructions = {} }: Pick<RecordParts, 'rules' | 'conflicts' | 'observed' | 'instructions'>,
): RecordEntry {
  const rule = (id: string) => rules.find(({ ruleId }) => ruleId === id)?.rule;
  const waiting = new Set(entry.unconfirmed);
  // A part rests on its rule as well: while that is assumed, so is the part.
  for (const { rule: id } of entry.retention) if (!rule(id)?.confirmed) waiting.add(`retention:${id}`);
  const stated = (code: string, part: string, text = label(code, language)): Stated => ({
    code,
    label: text,
    ...(waiting.has(part) && { unconfirmed: true as const }),
  });
  const seen = observed?.get(activityId);
  return {
    id: activityId,
    version,
    since,
    title: label(entry.title, language),
    responsible: entry.responsible,
    purposes: entry.purposes.map((purpose) => stated(purpose, `purpose:${purpose}`)),
    legalBases: entry.legalBases.map((basis) => stated(basis.code, `statute:${basis.statute}`, basisText(basis, language))),
    dataSubjects: entry.dataSubjects.map((kind) => stated(kind, '')),
    categories: entry.categories.map(({ category, fields }) => ({
      ...stated(category, ''),
      fields: fields.map((field) => stated(field, `category:${category}.${field}`, field)),
    })),
    balancing: entry.legalBases.flatMap(({ balancing, purposes = entry.purposes }) =>
      balancing ? purposes.map((purpose) => ({ ...stated(purpose, `balancing:${purpose}`), test: balancing })) : [],
    ),
    sources: entry.sources,
    recipients: entry.recipients.map(({ id, capacity, location, storage = location, fields = [], suspended }) => ({
      ...stated(id, waiting.has(`recipient:${id}`) ? `recipient:${id}` : `fields:${id}`),
      capacity: label(capacity, language),
      location: placeText(location, storage, language),
      fields,
      ...(suspended !== undefined && { suspended }),
    })),
    transfers: entry.recipients
      .filter(({ location, storage = location, suspended }) => (location !== 'EEA' || storage !== 'EEA') && suspended === undefined)
      .map(({ id }) => label(id, language)),
    retention: entry.retention.map(({ rule: id, covers }) => {
      const set = rule(id);
      const text = set ? `${covers}: ${periodText(set, language)}` : covers;
      return { ...stated(id, `retention:${id}`, text), basis: set?.basis ?? '' };
    }),
    security: entry.securityMeasures.map((measure) => stated(measure, `security:${measure}`)),
    ...(entry.instruction !== undefined && { instruction: entry.instruction }),
    ...(entry.ownDuties && { ownDuties: entry.ownDuties.map((duty) => stated(duty, `duty:${duty}`)) }),
    ...(entry.secureIdentification !== undefined && { secureIdentification: entry.secureIdentification }),
    ...(entry.suspended && { suspended: entry.suspended }),
    conflicts: conflictsOf(conflicts, entry).map(({ id }) => id),
    ...(seen && { observed: seen }),
    ...(Object.hasOwn(instructions, activityId) && { instructed: instructions[activityId]! }),
    unconfirmed: [...waiting],
  };
}

function placeText(location: string, storage: string, language: Language): string {
  const words = language === 'nb' ? (['EØS', 'tredjeland', 'lagret i'] as const) : (['EEA', 'third country', 'stored in'] as const);
  const place = (where: string): string => (where === 'EEA' ? words[0] : words[1]);
  return location === storage ? place(location) : `${place(location)}, ${words[2]} ${place(storage)}`;
}

type Basis = ActivityAt['entry']['legalBases'][number];

function basisText({ code, when, statute, interest, validFrom, validUntil }: Basis, language: Language): string {
  const whom = {
    'sole-trader': ['enkeltpersonforetak', 'sole traders'],
    'company-representative': ['representanter for foretak', 'representatives of companies'],
  };
  const only = Object.hasOwn(whom, when) ? whom[when as 'sole-trader'][language === 'nb' ? 0 : 1] : undefined;
  const period = [validFrom, validUntil].some((day) => day !== undefined) ? `${validFrom ?? ''}–${validUntil ?? ''}` : undefined;
  const details = [only, statute, interest, period].filter((part) => part !== undefined);
  return `GDPR art. ${code}${details.length > 0 ? ` (${details.join('; ')})` : ''}`;
}

function periodText({ trigger, length, note }: RetentionRuleAt['rule'], language: Language): string {
  const start = label(trigger, language);
  const text =
    language === 'nb'
      ? length === undefined
        ? `til ${start}`
        : `${durationIn(length, 'nb')} etter: ${start}`
      : length === undefined
        ? `until ${start}`
        : `${durationIn(length, 'en')} after: ${start}`;
  return note === undefined ? text : `${text} (${note})`;
}
