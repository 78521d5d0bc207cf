import type { Cell } from '../table';
import type { HistoryEntry } from './entries';
import type { Counts, Texts } from './texts';

const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Oslo', dateStyle: 'short', timeStyle: 'medium' });

/** An entry as a line of the table: when, what, by whom, for which purpose, on which ground or by which rule. */
export function rowOf(entry: HistoryEntry, texts: Texts): Cell[] {
  const [use, ground] = useAndGround(entry, texts);
  const tone = toneOf(entry);
  return [
    { text: clock.format(new Date(entry.recordedAt)) },
    { text: whatOf(entry, texts), ...(tone && { tone }) },
    { text: `${shortened(entry.actor.id)} (${texts.word(entry.actor.role)})` },
    { text: use },
    { text: ground, ...(tone && { tone }) },
  ];
}

export function countsOf(entries: readonly HistoryEntry[]): Counts {
  const count = (...kinds: readonly HistoryEntry['kind'][]): number => entries.filter(({ kind }) => kinds.includes(kind)).length;
  return { entries: entries.length, admitted: count('admitted'), refused: count('refused', 'withheld'), read: count('read') };
}

// One function for each kind stands in the table of texts; the compiler can't follow that entry and function are of the same kind.
const whatOf = (entry: HistoryEntry, { what }: Texts): string => (what[entry.kind] as (entry: HistoryEntry) => string)(entry);

function toneOf({ kind }: HistoryEntry): Cell['tone'] {
  if (kind === 'refused' || kind === 'withheld') return 'bad';
  if (kind === 'consent-withdrawn' || kind === 'restricted') return 'notable';
  return kind === 'keys' || kind === 'relation' || kind === 'closed' ? 'quiet' : undefined;
}

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
    case 'consent-withdrawn':
      return [word(entry.purpose), word(entry.surface)];
    case 'restricted':
      return ['', `${word(entry.ground)}, ${word(entry.channel)}`];
    case 'requested':
      return [word(entry.handling), `${texts.due(entry.deadlines.due)}, ${word(entry.channel)}`];
    case 'request-abandoned':
    case 'other':
      return ['', ''];
  }
}

type Used = Extract<HistoryEntry, { kind: 'admitted' | 'read' }>;

function useOf({ activity, purpose, processingRole, controller }: Used, { word, onBehalfOf }: Texts): string {
  return [activity, word(purpose), ...(processingRole === 'processor' ? [onBehalfOf(shortened(controller))] : [])].join(' ');
}

function groundOf(entry: Used, { legal, statement, notFollowed }: Texts): string {
  const { basis } = entry;
  return [
    legal(`GDPR art. ${basis.code}`),
    ...(basis.statute === undefined ? [] : [basis.statute]),
    statement(entry.statement.version),
    ...(entry.kind === 'admitted' && entry.fact?.recorded === false ? [notFollowed] : []),
  ].join(', ');
}

/** Pseudonyms are long; eight digits of one are enough to tell it from the others of a history. JSON gives them whole. */
const shortened = (id: string): string => id.replace(/[0-9a-f]{32}/, (pseudonym) => `${pseudonym.slice(0, 8)}…`);
