import type { Cell } from '../table';
import type { EntryOf, HistoryEntry } from './entries';
import type { Counts, Texts } from './texts';

const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Oslo', dateStyle: 'short', timeStyle: 'medium' });

/** An entry as a line of the table: when, what, by whom, for which purpose, on which ground or by which rule. */
export function rowOf(entry: HistoryEntry, texts: Texts): Cell[] {
  const [use, ground] = useAndGround(entry, texts);
  const tone = tones[entry.kind];
  return [
    { text: clock.format(new Date(entry.recordedAt)) },
    { text: whatOf(entry, texts), ...(tone && { tone }) },
    { text: `${shortened(entry.actor.id)} (${texts.word(entry.actor.role)})` },
    { text: use },
    { text: ground, ...(tone && { tone }) },
  ];
}

/** What a person reads of a history: a summary repeats what stands above it. */
export const shownOf = (entries: readonly HistoryEntry[]): readonly HistoryEntry[] => entries.filter(({ kind }) => kind !== 'summary');

export function countsOf(entries: readonly HistoryEntry[]): Counts {
  const count = (...kinds: readonly HistoryEntry['kind'][]): number => entries.filter(({ kind }) => kinds.includes(kind)).length;
  return { entries: shownOf(entries).length, admitted: count('admitted'), refused: count('refused', 'withheld'), read: count('read') };
}

// One function for each kind stands in the table of texts; the compiler can't follow that entry and function are of the same kind.
const whatOf = (entry: HistoryEntry, { what }: Texts): string => (what[entry.kind] as (entry: HistoryEntry) => string)(entry);

const tones: Readonly<Partial<Record<HistoryEntry['kind'], NonNullable<Cell['tone']>>>> = {
  refused: 'bad',
  withheld: 'bad',
  'consent-refused': 'notable',
  'consent-withdrawn': 'notable',
  restricted: 'notable',
  objected: 'notable',
  'objection-overruled': 'notable',
  disclosed: 'notable',
  keys: 'quiet',
  relation: 'quiet',
  erased: 'notable',
  closed: 'quiet',
  'period-began': 'quiet',
};

function useAndGround(entry: HistoryEntry, texts: Texts): readonly [use: string, ground: string] {
  const { word, legal, statement } = texts;
  const relation = ({ capacity, customer }: { capacity: string; customer: string }): string => `${word(capacity)} ${shortened(customer)}`;
  switch (entry.kind) {
    case 'registered':
      return [entry.relations.map(relation).join(', '), `${word(entry.source)}, ${texts.onBehalfOf(entry.controller)}`];
    case 'relation':
      return ['', relation(entry)];
    case 'keys':
      return ['', entry.keys.map(({ retentionClass }) => word(retentionClass)).join(', ')];
    case 'admitted':
    case 'read':
      return [useOf(entry, texts), groundOf(entry, texts)];
    case 'refused':
      return [
        `${entry.activity} ${word(entry.purpose)}`,
        [`${word(entry.rule)}: ${legal(entry.legal)}`, ...(entry.statement ? [statement(entry.statement.version)] : [])].join(', '),
      ];
    case 'withheld':
      return ['', `${word(entry.rule)}: ${legal(entry.legal)}`];
    case 'closed':
      return ['', word(entry.because)];
    case 'consent-given':
      return [word(entry.purpose), word(entry.surface)];
    case 'consent-refused':
    case 'consent-withdrawn':
      return [word(entry.purpose), list(word(entry.surface), entry.signal && word(entry.signal))];
    case 'disclosed':
      return [entry.recipient.fields.join(', '), texts.to(entry.recipient.id)];
    case 'requested':
      return [word(entry.handling), `${texts.due(entry.deadlines.due)}, ${word(entry.channel)}`];
    case 'request-abandoned':
    case 'summary':
    case 'other':
      return ['', ''];
    default:
      return standingWords(entry, texts);
  }
}

type OfStanding = EntryOf<
  | 'relation-ended'
  | 'restricted'
  | 'lifting-announced'
  | 'lifted'
  | 'objected'
  | 'objection-upheld'
  | 'objection-overruled'
  | 'objection-withdrawn'
  | 'period-began'
  | 'erased'
>;

function standingWords(entry: OfStanding, { word }: Texts): readonly [use: string, ground: string] {
  switch (entry.kind) {
    case 'relation-ended':
      return ['', list(shortened(entry.customer), dayOf(entry.endedAt))];
    case 'restricted':
      return ['', list(word(entry.ground), word(entry.channel))];
    case 'lifting-announced':
      return ['', list(word(entry.because), word(entry.channel))];
    case 'lifted':
      return ['', word(entry.because)];
    case 'objected':
      return [word(entry.purpose), list(word(entry.objectionKind), word(entry.channel))];
    case 'objection-upheld':
      return ['', entry.document];
    case 'objection-overruled':
      return ['', list(word(entry.grounds), entry.document)];
    case 'objection-withdrawn':
      return ['', word(entry.channel)];
    case 'period-began':
      return ['', list(word(entry.trigger), dayOf(entry.since), entry.customer && shortened(entry.customer))];
    case 'erased':
      return [entry.retentionClasses.join(', '), entry.because === 'retention' ? 'GDPR art. 5(1)(e)' : 'GDPR art. 17(1)'];
  }
}

const list = (...parts: readonly (string | undefined)[]): string => parts.filter((part) => part !== undefined).join(', ');

const dayOf = (instant: string): string => clock.format(new Date(instant)).slice(0, 10);

type Used = Extract<HistoryEntry, { kind: 'admitted' | 'read' }>;

function useOf({ activity, purpose, processingRole, controller, recipient }: Used, { word, onBehalfOf, to }: Texts): string {
  return [
    activity,
    word(purpose),
    ...(processingRole === 'processor' ? [onBehalfOf(shortened(controller))] : []),
    ...(recipient ? [to(recipient.id)] : []),
  ].join(' ');
}

function groundOf(entry: Used, { legal, statement, agreement, exception, notFollowed, word }: Texts): string {
  const { basis } = entry;
  return [
    legal(`GDPR art. ${basis.code}`),
    ...(basis.statute === undefined ? [] : [basis.statute]),
    ...(entry.agreement === undefined ? [] : [agreement(entry.agreement)]),
    statement(entry.statement.version),
    ...(entry.exception ? [exception(word(entry.exception.ground))] : []),
    ...(entry.kind === 'admitted' && entry.fact?.recorded === false ? [notFollowed] : []),
  ].join(', ');
}

/** Pseudonyms are long; eight digits of one are enough to tell it from the others of a history. JSON gives them whole. */
const shortened = (id: string): string => id.replace(/[0-9a-f]{32}/, (pseudonym) => `${pseudonym.slice(0, 8)}…`);
