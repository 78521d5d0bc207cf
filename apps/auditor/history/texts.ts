import type { EntryOf, HistoryEntry } from './entries';

type Words = Readonly<Record<string, string>>;

/** The words of the table in one language. Codes that a language has no word for are shown as they are. */
export interface Texts {
  readonly headings: readonly [when: string, what: string, by: string, use: string, ground: string];
  /** What happened, in a few words. */
  readonly what: { readonly [K in HistoryEntry['kind']]: (entry: EntryOf<K>) => string };
  readonly title: (subjectId: string) => string;
  readonly statement: (version: string) => string;
  readonly onBehalfOf: (controller: string) => string;
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
    'consent-withdrawn': () => 'consent withdrawn',
    restricted: () => 'processing restricted',
    read: ({ query }) => `${query} read`,
    withheld: ({ query }) => `${query === undefined ? '' : `${query} `}WITHHELD`,
    requested: ({ right }) => `${right} requested`,
    'request-abandoned': () => 'request abandoned',
    other: ({ event }) => event,
  },
  title: (subjectId) => `What the log says of data subject ${subjectId}`,
  statement: (version) => `statement ${version}`,
  onBehalfOf: (controller) => `for ${controller}`,
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
};

const plural = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

const acts: Words = {
  PlaceOrder: 'bestilling',
  RequestAccess: 'innsynskrav',
  AdmitUse: 'bruk',
  GetOrder: 'ordre',
  ListOrders: 'ordreliste',
  GetDataSubject: 'personopplysninger',
};

const words: Words = {
  // purposes
  'deliver-service': 'levere tjenesten',
  invoicing: 'fakturering',
  bookkeeping: 'bokføring',
  'customer-service': 'kundeservice',
  'rights-requests': 'rettighetskrav',
  marketing: 'markedsføring',
  renewal: 'fornyelse',
  'consent-evidence': 'dokumentere samtykke',
  'service-analysis': 'analyse av tjenesten',
  'security-and-audit': 'sikkerhet og etterprøving',
  'breach-handling': 'håndtere brudd',
  'authority-disclosure': 'utlevering til myndighet',
  'internal-control': 'internkontroll',
  'hms-card-ordering': 'bestille HMS-kort',
  'card-lifecycle': 'kortets levetid',
  'other-card-ordering': 'bestille andre kort',
  'renewal-on-behalf': 'fornyelse på oppdrag',
  'site-lists': 'oversiktslister',
  'hosting-and-support': 'drift og støtte',
  'assist-rights-requests': 'bistå ved rettighetskrav',
  // rules
  restricted: 'begrenset',
  erased: 'slettet',
  'consent-withdrawn': 'samtykket er trukket',
  'consent-missing': 'samtykke mangler',
  'objected-to-marketing': 'reservert mot markedsføring',
  'basis-not-live': 'uten behandlingsgrunnlag',
  'purpose-not-declared': 'formålet er ikke oppgitt',
  'category-not-declared': 'opplysningstypen er ikke oppgitt',
  'role-mismatch': 'feil rolle',
  'no-such-activity': 'ukjent behandling',
  'no-statement-in-force': 'ingen erklæring gjelder',
  // roles and capacities
  service: 'tjeneste',
  'case-worker': 'saksbehandler',
  'privacy-officer': 'personvernombud',
  auditor: 'revisor',
  admin: 'administrator',
  system: 'systemet',
  worker: 'arbeidstaker hos',
  'company-representative': 'representant for',
  'sole-trader': 'enkeltpersonforetak',
  // sources, channels, surfaces
  orderer: 'fra bestilleren',
  employer: 'fra arbeidsgiveren',
  'order-form': 'bestillingsskjema',
  'contact-form': 'kontaktskjema',
  'e-mail': 'e-post',
  phone: 'telefon',
  letter: 'brev',
  'my-page': 'min side',
  'unsubscribe-link': 'avmeldingslenke',
  // grounds of restriction, reasons of closing, handling
  'accuracy-contested': 'riktigheten er bestridt',
  'unlawful-erasure-opposed': 'ulovlig, men ikke slettes',
  'needed-for-legal-claims': 'trengs for rettskrav',
  'objection-pending': 'protest til behandling',
  'refused-elsewhere': 'avslått for en annen i samme sak',
  'fact-refused': 'saken ble avslått',
  abandoned: 'avbrutt',
  decide: 'avgjøres her',
  'forward-to-controller': 'sendes behandlingsansvarlig',
  access: 'innsyn',
  contact: 'kontakt',
  invoice: 'faktura',
  'national-id': 'fødselsnummer',
  photo: 'bilde',
  'id-copy': 'kopi av legitimasjon',
  card: 'kort',
  case: 'sak',
  device: 'enhet',
};

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
    'consent-withdrawn': () => 'samtykke trukket',
    restricted: () => 'behandling begrenset',
    read: ({ query }) => `${act(query)} lest`,
    withheld: ({ query }) => `${query === undefined ? '' : `${act(query)} `}HOLDT TILBAKE`,
    requested: ({ right }) => `${word(right)} krevd`,
    'request-abandoned': () => 'krav avbrutt',
    other: ({ event }) => event,
  },
  title: (subjectId) => `Dette sier loggen om den registrerte ${subjectId}`,
  statement: (version) => `erklæring ${version}`,
  onBehalfOf: (controller) => `for ${controller}`,
  notFollowed: 'ingenting fulgte',
  due: (day) => `frist ${day}`,
  legal: norwegianReference,
  word,
  counts: ({ entries, admitted, refused, read }) =>
    `${entries} ${entries === 1 ? 'linje' : 'linjer'}: ${admitted} bruk tillatt, ${refused} nektet eller holdt tilbake, lest ${read} ${read === 1 ? 'gang' : 'ganger'}`,
};
