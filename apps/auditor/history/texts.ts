import type { EntryOf, HistoryEntry } from './entries';
import { acts, Words, words } from './norwegian-words';

/** The words of the table in one language. Codes that a language has no word for are shown as they are. */
export interface Texts {
  readonly headings: readonly [when: string, what: string, by: string, use: string, ground: string];
  /** What happened, in a few words. */
  readonly what: { readonly [K in HistoryEntry['kind']]: (entry: EntryOf<K>) => string };
  readonly title: (subjectId: string) => string;
  readonly statement: (version: string) => string;
  readonly onBehalfOf: (controller: string) => string;
  readonly to: (recipient: string) => string;
  readonly agreement: (version: string) => string;
  /** Why a restriction does not stop the use. */
  readonly exception: (ground: string) => string;
  readonly notFollowed: string;
  readonly due: (day: string) => string;
  readonly legal: (reference: string) => string;
  readonly word: (code: string) => string;
  readonly counts: (counts: Counts) => string;
}

export interface Counts {
  readonly entries: number;
  readonly admitted: number;
  readonly refused: number;
  readonly read: number;
}

export const english: Texts = {
  headings: ['WHEN (Europe/Oslo)', 'WHAT', 'BY', 'ACTIVITY, PURPOSE', 'BASIS, STATEMENT – OR RULE'],
  what: {
    registered: () => 'registered',
    relation: () => 'relation recorded',
    keys: () => 'keys made',
    admitted: ({ act }) => `${act} admitted`,
    refused: ({ act }) => `${act} REFUSED`,
    closed: () => 'admission closed, unused',
    'consent-given': () => 'consent given',
    'consent-refused': () => 'consent refused',
    'consent-withdrawn': () => 'consent withdrawn',
    'relation-ended': () => 'relation ended',
    disclosed: () => 'disclosed',
    restricted: () => 'processing restricted',
    'lifting-announced': () => 'told of the lifting',
    lifted: () => 'restriction lifted',
    objected: () => 'objection received',
    'objection-upheld': () => 'objection upheld',
    'objection-overruled': () => 'objection OVERRULED',
    'objection-withdrawn': () => 'objection withdrawn',
    'period-began': () => 'time to keep began',
    erased: ({ whole }) => (whole ? 'ERASED' : 'erased in part'),
    summary: () => 'summary',
    read: ({ query }) => `${query} read`,
    withheld: ({ query }) => `${query === undefined ? '' : `${query} `}WITHHELD`,
    requested: ({ right }) => `${right} requested`,
    'request-abandoned': () => 'request abandoned',
    other: ({ event }) => event,
  },
  title: (subjectId) => `What the log says of data subject ${subjectId}`,
  statement: (version) => `statement ${version}`,
  onBehalfOf: (controller) => `for ${controller}`,
  to: (recipient) => `to ${recipient}`,
  agreement: (version) => `agreement ${version}`,
  exception: (ground) => `in spite of the restriction: ${ground}`,
  notFollowed: 'no fact followed',
  due: (day) => `due ${day}`,
  legal: (reference) => reference,
  word: (code) => englishWords[code] ?? code,
  counts: ({ entries, admitted, refused, read }) =>
    `${entries} entries: ${plural(admitted, 'use')} admitted, ${refused} refused or withheld, read ${plural(read, 'time')}`,
};

const englishWords: Words = {
  worker: 'worker of',
  'company-representative': 'representative of',
  'sole-trader': 'sole trader',
  employer: 'from the employer',
  orderer: 'from the orderer',
  visitor: 'visitor of',
  device: 'from the device',
  gpc: 'signal of the device',
};

const plural = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

const act = (code: string): string => acts[code] ?? code;
/** Invoices have a class for each year. */
const word = (code: string): string => words[code] ?? code.replace(/^invoice-(\d{4})$/, 'faktura $1');

/** `GDPR art. 6(1)(f)` → `GDPR art. 6 nr. 1 bokstav f`, as Norwegian law is cited. */
const norwegianReference = (reference: string): string =>
  reference.replaceAll(
    /((?:art\. |, )\d+)\((\d+)\)(?:\(([a-z])\))?/g,
    (_, article: string, paragraph: string, letter: string | undefined) =>
      `${article} nr. ${paragraph}${letter === undefined ? '' : ` bokstav ${letter}`}`,
  );

export const norwegian: Texts = {
  headings: ['NÅR (Europe/Oslo)', 'HVA', 'AV', 'BEHANDLING, FORMÅL', 'GRUNNLAG, ERKLÆRING – ELLER REGEL'],
  what: {
    registered: () => 'registrert',
    relation: () => 'tilknytning registrert',
    keys: () => 'nøkler laget',
    admitted: (entry) => `${act(entry.act)} tillatt`,
    refused: (entry) => `${act(entry.act)} NEKTET`,
    closed: () => 'tillatelse lukket ubrukt',
    'consent-given': () => 'samtykke gitt',
    'consent-refused': () => 'samtykke nektet',
    'consent-withdrawn': () => 'samtykke trukket',
    'relation-ended': () => 'tilknytning avsluttet',
    disclosed: () => 'utlevert',
    restricted: () => 'behandling begrenset',
    'lifting-announced': () => 'varslet om oppheving',
    lifted: () => 'begrensning opphevet',
    objected: () => 'protest mottatt',
    'objection-upheld': () => 'protest tatt til følge',
    'objection-overruled': () => 'protest IKKE TATT TIL FØLGE',
    'objection-withdrawn': () => 'protest trukket',
    'period-began': () => 'lagringstid begynt',
    erased: ({ whole }) => (whole ? 'SLETTET' : 'delvis slettet'),
    summary: () => 'sammendrag',
    read: ({ query }) => `${act(query)} lest`,
    withheld: ({ query }) => `${query === undefined ? '' : `${act(query)} `}HOLDT TILBAKE`,
    requested: ({ right }) => `${word(right)} krevd`,
    'request-abandoned': () => 'krav avbrutt',
    other: ({ event }) => event,
  },
  title: (subjectId) => `Dette sier loggen om den registrerte ${subjectId}`,
  statement: (version) => `erklæring ${version}`,
  onBehalfOf: (controller) => `for ${controller}`,
  to: (recipient) => `til ${recipient}`,
  agreement: (version) => `databehandleravtale ${version}`,
  exception: (ground) => `tross begrensningen: ${ground}`,
  notFollowed: 'ingenting fulgte',
  due: (day) => `frist ${day}`,
  legal: norwegianReference,
  word,
  counts: ({ entries, admitted, refused, read }) =>
    `${entries} ${entries === 1 ? 'linje' : 'linjer'}: ${admitted} bruk tillatt, ${refused} nektet eller holdt tilbake, lest ${read} ${read === 1 ? 'gang' : 'ganger'}`,
};
