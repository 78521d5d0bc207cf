/** A text in both languages that the program speaks to people in. */
export interface Wording {
  readonly nb: string;
  readonly en: string;
}

/** A conflict inside the privacy statement, or between it and the law or the facts: shown wherever it matters, never smoothed over. */
export interface Conflict {
  /** `T-1` … `T-14`. */
  readonly id: string;
  /** Promises of the statement between which, or against which, it stands. */
  readonly where: readonly string[];
  /** Fragments of the Norwegian text that make it: a version without one of them does not have it any more. */
  readonly quotes: readonly string[];
  readonly what: Wording;
  /** What this program does meanwhile, or what the authors should do. */
  readonly suggestion: Wording;
  /** Days (YYYY-MM-DD, Europe/Oslo), both included; open where absent. */
  readonly since?: string;
  readonly until?: string;
}

const conflict = (
  id: string,
  where: string,
  quotes: readonly string[],
  what: Wording,
  suggestion: Wording,
  period: Pick<Conflict, 'since' | 'until'> = {},
): Conflict => ({ id, where: where.split(' '), quotes, what, suggestion, ...period });

export const conflicts: readonly Conflict[] = [
  conflict(
    'T-1',
    'P-04',
    ['15. juni 2018 nr. 3)'],
    {
      nb: 'Loven er oppgitt som «nr. 3». Personopplysningsloven er lov 15. juni 2018 nr. 38. «GDPR» er dessuten feilstavet to steder.',
      en: 'The act is cited as “no. 3”. The Personal Data Act is the Act of 15 June 2018 no. 38. “GDPR” is also misspelt twice.',
    },
    { nb: 'Rett henvisningene i neste versjon.', en: 'Correct the references in the next version.' },
  ),
  conflict(
    'T-2',
    'P-08',
    ['Daglig leder i Jobbkort AS er behandlingsansvarlig'],
    {
      nb: 'Daglig leder er utpekt som behandlingsansvarlig. Etter GDPR artikkel 4 nr. 7 er det normalt foretaket; daglig leder handler for det.',
      en: 'The managing director is named as controller. Under GDPR art. 4(7) that is normally the undertaking, for which the director acts.',
    },
    {
      nb: 'Jobbkort AS (915 376 215) regnes som behandlingsansvarlig, daglig leder som ansvarlig rolle.',
      en: 'Jobbkort AS (915 376 215) is taken as controller, the managing director as the responsible role.',
    },
  ),
  conflict(
    'T-3',
    'P-15',
    ['registrert i vår database'],
    {
      nb: 'Definisjonen er begrenset til personer «registrert i vår database». GDPR artikkel 4 nr. 1 er videre.',
      en: 'The definition is limited to persons “registered in our database”. GDPR art. 4(1) is wider.',
    },
    { nb: 'Alle lagre er med i datakatalogen, ikke bare databasen.', en: 'Every store is in the data catalogue, not only the database.' },
  ),
  conflict(
    'T-4',
    'P-01 P-24 P-41 P-69',
    ['ikke brukes til noe annet enn', 'markedsaktiviteter'],
    {
      nb: '«Ikke brukes til noe annet enn formålet med bestillingen» står mot markedsføring, annonser og oppbevaring for fornyelse.',
      en: '“Used for nothing but the purpose of the order” stands against marketing, advertising and keeping data for renewal.',
    },
    {
      nb: 'Hvert av disse formålene har sitt eget behandlingsgrunnlag; vises som konflikt til teksten er endret.',
      en: 'Each of these purposes has a legal basis of its own; shown as a conflict until the text is changed.',
    },
  ),
  conflict(
    'T-5',
    'P-35',
    ['bestiller selv oppgir'],
    {
      nb: 'Opplysninger om arbeidstakere kommer fra arbeidsgiveren (GDPR artikkel 14). Teksten nevner bare det bestilleren selv oppgir.',
      en: 'Data about workers come from their employer (GDPR art. 14). The text speaks only of what the orderer gives.',
    },
    {
      nb: 'Kundene tilbys informasjon etter artikkel 14 til sine ansatte.',
      en: 'Customers are offered art. 14 information for their workers.',
    },
  ),
  conflict(
    'T-6',
    'P-41 P-52',
    ['annonser fra Google', 'tredjeland utenfor EU/EØS'],
    {
      nb: 'Annonsekapsler fra Google innebærer overføring til tredjeland (Datatilsynet 26.7.2023, sak 20/03771-17). Teksten lover at ingen overføring skjer.',
      en: 'Advertising cookies of Google mean a transfer to a third country (Datatilsynet, 26 July 2023, case 20/03771-17). The text promises that there is none.',
    },
    {
      nb: 'Annonsering er slått av (C-8). Slås den på, er løftet om ingen overføring brutt.',
      en: 'Advertising is off (C-8). Switched on, it breaks the promise of no transfer.',
    },
  ),
  conflict(
    'T-7',
    'P-51',
    ['begrunnet mistanke'],
    {
      nb: 'Utlevering er lovet bare ved begrunnet mistanke. Arbeidstilsynet og skattemyndighetene kan kreve oversiktslister uten mistanke (byggherreforskriften § 15).',
      en: 'Disclosure is promised on reasoned suspicion only. The labour inspection and tax authorities can demand site lists without it (byggherreforskriften § 15).',
    },
    {
      nb: 'Lovpålagt tilsyn er et eget grunnlag; teksten bør endres.',
      en: 'Statutory inspection is a ground of its own; the text should change.',
    },
  ),
  conflict(
    'T-8',
    'P-56',
    ['innen 30 dager'],
    {
      nb: '30 dager er lenger enn én måned for begjæringer mottatt 30. januar–28. februar, og forlengelsen i GDPR artikkel 12 nr. 3 er ikke nevnt.',
      en: '30 days are longer than one month for requests received from 30 January to 28 February, and the extension of GDPR art. 12(3) is not mentioned.',
    },
    { nb: 'Den tidligste av de to fristene gjelder.', en: 'The earlier of the two is due.' },
  ),
  conflict(
    'T-9',
    'P-58',
    ['enkleste måten å gjøre dette på er ved å kontakte oss'],
    {
      nb: 'Å ringe eller skrive er ikke like enkelt som et klikk (GDPR artikkel 7 nr. 3).',
      en: 'Calling or writing is not as easy as a click (GDPR art. 7(3)).',
    },
    { nb: 'Samtykke gitt med et klikk kan trekkes med et klikk.', en: 'Consent given by a click can be withdrawn by a click.' },
  ),
  conflict(
    'T-10',
    'P-60 P-63 P-64',
    ['generell rett til å be oss om å stoppe'],
    {
      nb: '«Generell rett» går lenger enn GDPR artikkel 18 og 20, og den ubetingede retten til å si nei til markedsføring (artikkel 21 nr. 2–3) mangler.',
      en: '“General right” goes beyond GDPR art. 18 and 20, and the absolute right to object to marketing (art. 21(2)–(3)) is missing.',
    },
    { nb: 'Rettigheter gis minst etter loven; svaret sier hvilken.', en: 'Rights are granted at least by law; the answer says which.' },
  ),
  conflict(
    'T-11',
    'P-33 P-07',
    ['ekomloven § 2-7 b'],
    {
      nb: 'Ekomloven § 2-7 b ble erstattet 1. januar 2025 (§ 3-15). Fra da av er teksten ikke lenger riktig.',
      en: 'Section 2-7 b of ekomloven was replaced on 1 January 2025 (§ 3-15). From then on the text is not correct any more.',
    },
    { nb: 'En ny versjon er nødvendig.', en: 'A new version is needed.' },
    { since: '2025-01-01' },
  ),
  conflict(
    'T-12',
    'P-05 P-06',
    ['Overordnet informasjon om dette er gitt'],
    {
      nb: 'Det mangler opplysninger etter GDPR artikkel 13: lagringstid, personvernombud (eller at det ikke finnes), automatiserte avgjørelser, domstolsprøving, rett til retting; berettigede interesser er bare vagt nevnt.',
      en: 'Items of GDPR art. 13 are missing: storage periods, data protection officer (or that there is none), automated decisions, court remedy, right to rectification; legitimate interests are named only vaguely.',
    },
    { nb: 'Ta dem inn i neste versjon.', en: 'Add them in the next version.' },
  ),
  conflict(
    'T-13',
    'P-49',
    ['Evry Card'],
    {
      nb: 'Kortprodusenten kan ha fått nytt navn eller ny eier etter 2023. Arbeidstilsynet er selv behandlingsansvarlig og produsenten dets databehandler.',
      en: 'The card maker may have changed name or owner since 2023. The labour inspection is a controller itself, the maker its processor.',
    },
    { nb: 'Mottakere er data med dato; navnet må bekreftes.', en: 'Recipients are dated data; the name must be confirmed.' },
  ),
  conflict(
    'T-14',
    'P-69',
    ['en periode etter bestillingen'],
    { nb: '«En periode» har ingen lengde.', en: '“A period” has no length.' },
    {
      nb: 'Lagring for fornyelse har en antatt lengde som må bekreftes før den kan påberopes.',
      en: 'Keeping for renewal has an assumed length, which must be confirmed before it is relied on.',
    },
  ),
];

/**
 * The conflicts that a version has on a day.
 * @param text the Norwegian text
 * @param day YYYY-MM-DD, Europe/Oslo
 */
export const conflictsIn = (text: string, day: string): readonly Conflict[] =>
  conflicts.filter(
    ({ quotes, since = '0000', until = '9999' }) => since <= day && day <= until && quotes.every((quote) => text.includes(quote)),
  );

/** Those that an entry of the register touches: through its promises, or because something in it is suspended for one. */
export const conflictsOf = (
  present: readonly Conflict[],
  entry: {
    readonly promises: readonly string[];
    readonly suspended?: { readonly conflict: string };
    readonly recipients: readonly { readonly suspended?: string }[];
  },
): readonly Conflict[] =>
  present.filter(
    ({ id, where }) =>
      where.some((promise) => entry.promises.includes(promise)) ||
      entry.suspended?.conflict === id ||
      entry.recipients.some(({ suspended }) => suspended === id),
  );
