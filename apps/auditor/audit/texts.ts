import { label } from '@hjemmel/contexts/processing-register/read-models/export-record/labels';
import type { Kind } from './findings';
import type { Drift } from './observed';
import type { Counts } from './replay';
import type { Window } from './window';

export interface Figures extends Counts {
  readonly violations: number;
  readonly notices: number;
}

/** The words of the report in one language. Codes and references to law stay as they are in the log. */
export interface Texts {
  readonly title: (person: string | undefined) => string;
  readonly countHeadings: readonly [what: string, howMuch: string];
  readonly counts: (counts: Counts, window: Window) => readonly (readonly [string, string])[];
  readonly headings: readonly [when: string, what: string, where: string, expected: string, recorded: string, law: string];
  readonly kinds: Readonly<Record<Kind, string>>;
  readonly more: (findings: number) => string;
  readonly driftTitle: string;
  readonly driftHeadings: readonly [activity: string, what: string, names: string];
  readonly drift: Readonly<Record<Drift['kind'], string>>;
  /** Of an activity, as the register has it in English. */
  readonly activityTitle: (title: string) => string;
  readonly verdict: (figures: Figures) => string;
  /** The one line on stderr where there is a violation. */
  readonly failed: (violations: number) => string;
}

export const english: Texts = {
  title: (person) =>
    person === undefined ? 'What the log shows to have been lawful' : `What the log shows to have been lawful, of data subject ${person}`,
  countHeadings: ['LOOKED AT', 'HOW MUCH'],
  counts: ({ events, persons, verdicts, facts, reads, byOtherRules }, window) => [
    ['events read', number(events, 'en')],
    ['persons', number(persons, 'en')],
    ['verdicts reached once more', number(verdicts, 'en')],
    ['facts held to their admissions', number(facts, 'en')],
    ['records of reading judged again', number(reads, 'en')],
    ...Object.entries(byOtherRules).map(([rules, count]) => [`not judged: by rules ${rules}`, number(count, 'en')] as const),
    ['recorded from, until', between(window, 'the beginning', 'the end')],
  ],
  headings: ['WHEN (Europe/Oslo)', 'WHAT', 'WHERE', 'EXPECTED', 'RECORDED', 'LAW'],
  kinds: {
    'verdict-differs': 'admitted, though the rules refuse',
    'refusal-differs': 'refused otherwise than the rules do',
    'ground-differs': 'admitted on another ground than the rules give',
    'cites-not-in-force': 'cites what did not stand then',
    'fact-without-admission': 'personal data without an admission',
    'admission-misused': 'an admission used for what it does not permit',
    'key-not-committed': 'sealed under a key that no ledger committed to',
    'read-differs': 'read otherwise than the rules allow',
    'read-not-narrowed': 'read past what forbade it',
    'ledger-broken': 'no ledger has this here',
    'stream-broken': 'the stream is not whole',
    'lifted-untold': 'restriction lifted before the person was told',
    'objection-overruled-unlawfully': 'objection decided unlawfully',
    'consent-broken': 'a consent that is none, or harder to withdraw',
    'disclosure-broken': 'disclosed without an admission to disclose',
    'summary-differs': 'a summary that differs from what it sums up',
    'register-changed-unlawfully': 'register changed against its own rules',
    'agreement-changed-unlawfully': 'agreement changed against its own rules',
    'statement-misclassified': 'statement published against its own rules',
    'event-id-not-derived': 'written by no command of the program',
    'personal-data-in-clear': 'personal data in clear',
    'observed-undeclared': 'in use, and not declared',
    'observed-field-unknown': 'a sealed field that the catalogue does not know',
    'admission-unused': 'admitted, and neither used nor closed',
  },
  more: (findings) => `… and ${number(findings, 'en')} more; --json gives all`,
  driftTitle: 'Declared in the register, and not seen in use:',
  driftHeadings: ['ACTIVITY', 'WHAT', 'NAMES'],
  drift: {
    activity: 'the whole activity',
    purpose: 'purposes',
    category: 'categories',
    field: 'fields',
    recipient: 'recipients',
    source: 'sources',
  },
  activityTitle: (title) => label(title, 'en'),
  verdict: ({ violations, verdicts, notices }) => {
    const noticed = notices === 0 ? '' : `, ${plural(notices, 'notice', 'notices')}`;
    if (violations > 0) return `NOT LAWFUL: ${plural(violations, 'violation', 'violations')}${noticed}`;
    return `lawful: ${plural(verdicts, 'verdict', 'verdicts')} re-run, no violation${noticed}`;
  },
  failed: (violations) => `the log shows what was not lawful: ${plural(violations, 'violation', 'violations')}`,
};

export const norwegian: Texts = {
  title: (person) =>
    person === undefined ? 'Dette viser loggen om lovligheten' : `Dette viser loggen om lovligheten for den registrerte ${person}`,
  countHeadings: ['SETT PÅ', 'HVOR MYE'],
  counts: ({ events, persons, verdicts, facts, reads, byOtherRules }, window) => [
    ['hendelser lest', number(events, 'nb')],
    ['personer', number(persons, 'nb')],
    ['avgjørelser truffet på nytt', number(verdicts, 'nb')],
    ['fakta holdt mot tillatelsene sine', number(facts, 'nb')],
    ['lesinger bedømt på nytt', number(reads, 'nb')],
    ...Object.entries(byOtherRules).map(([rules, count]) => [`ikke bedømt: etter regler ${rules}`, number(count, 'nb')] as const),
    ['registrert fra, til', between(window, 'begynnelsen', 'slutten')],
  ],
  headings: ['NÅR (Europe/Oslo)', 'HVA', 'HVOR', 'VENTET', 'REGISTRERT', 'LOV'],
  kinds: {
    'verdict-differs': 'tillatt, selv om reglene nekter',
    'refusal-differs': 'nektet på annen måte enn reglene gjør',
    'ground-differs': 'tillatt på et annet grunnlag enn reglene gir',
    'cites-not-in-force': 'viser til noe som ikke gjaldt da',
    'fact-without-admission': 'personopplysninger uten tillatelse',
    'admission-misused': 'tillatelse brukt til noe den ikke omfatter',
    'key-not-committed': 'forseglet med en nøkkel ingen protokoll kjenner',
    'read-differs': 'lest på annen måte enn reglene tillater',
    'read-not-narrowed': 'lest forbi det som forbød det',
    'ledger-broken': 'slikt står ikke i en protokoll',
    'stream-broken': 'strømmen er ikke hel',
    'lifted-untold': 'begrensning opphevet før personen fikk vite det',
    'objection-overruled-unlawfully': 'protest avgjort ulovlig',
    'consent-broken': 'samtykke som ikke er det, eller er vanskeligere å trekke',
    'disclosure-broken': 'utlevert uten tillatelse til å utlevere',
    'summary-differs': 'sammendrag som avviker fra det som er sammenfattet',
    'register-changed-unlawfully': 'protokollen over behandlinger endret mot egne regler',
    'agreement-changed-unlawfully': 'databehandleravtale endret mot egne regler',
    'statement-misclassified': 'erklæring publisert mot egne regler',
    'event-id-not-derived': 'ikke skrevet av noen kommando i programmet',
    'personal-data-in-clear': 'personopplysninger i klartekst',
    'observed-undeclared': 'i bruk, men ikke oppgitt',
    'observed-field-unknown': 'forseglet felt som katalogen ikke kjenner',
    'admission-unused': 'tillatt, men verken brukt eller lukket',
  },
  more: (findings) => `… og ${number(findings, 'nb')} til; --json gir alle`,
  driftTitle: 'Oppgitt i protokollen, men ikke sett i bruk:',
  driftHeadings: ['BEHANDLING', 'HVA', 'NAVN'],
  drift: {
    activity: 'hele behandlingen',
    purpose: 'formål',
    category: 'opplysningstyper',
    field: 'felter',
    recipient: 'mottakere',
    source: 'kilder',
  },
  activityTitle: (title) => label(title, 'nb'),
  verdict: ({ violations, verdicts, notices }) => {
    const noticed = notices === 0 ? '' : `, ${plural(notices, 'merknad', 'merknader')}`;
    if (violations > 0) return `IKKE LOVLIG: ${violations} brudd${noticed}`;
    return `lovlig: ${plural(verdicts, 'avgjørelse', 'avgjørelser')} truffet på nytt, ingen brudd${noticed}`;
  },
  failed: (violations) => `loggen viser noe som ikke var lovlig: ${violations} brudd`,
};

const number = (n: number, language: 'en' | 'nb'): string => new Intl.NumberFormat(language).format(n);

const plural = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

const between = ({ from, until }: Window, beginning: string, end: string): string =>
  `${from?.toISOString() ?? beginning} – ${until?.toISOString() ?? end}`;
