import { htmlPage, escaped } from '@hjemmel/contexts/privacy-notice/contract';
import type { ProcessingRecord, RecordEntry, Stated } from './record';

const words = {
  nb: {
    title: (article: string) => `Protokoll over behandlingsaktiviteter (GDPR artikkel ${article})`,
    asOf: 'Slik den var',
    keeper: { '30(1)': 'Behandlingsansvarlig', '30(2)': 'Databehandler' },
    customer: 'Behandlingsansvarlig (kunde)',
    contact: 'Kontakt',
    responsible: 'Ansvarlig rolle',
    address: 'Adresse',
    jointControllers: 'Felles behandlingsansvarlige',
    representative: 'Representant',
    dataProtectionOfficer: 'Personvernombud',
    statement: 'Personvernerklæring som gjaldt',
    unconfirmed: 'ikke bekreftet',
    warning: 'Deler merket «ikke bekreftet» er antatt. De er ikke bekreftet av selskapet og beviser ikke etterlevelse.',
    purposes: 'Formål',
    legalBases: 'Behandlingsgrunnlag',
    dataSubjects: 'Registrerte',
    categories: 'Personopplysninger',
    recipients: 'Mottakere',
    transfers: 'Overføring til tredjeland',
    none: 'Ingen',
    retention: 'Lagringstid',
    security: 'Sikkerhetstiltak',
    instruction: 'Instruks',
    ownDuties: 'Egne plikter',
    secureIdentification: 'Behov for sikker identifisering',
    suspended: 'Utføres ikke',
    observed: 'Observert i loggen',
    notObserved: 'Ikke utført for denne kunden',
    conflicts: 'Motstrid i personvernerklæringen',
    suggestion: 'Forslag',
    version: 'versjon',
    uses: 'bruk',
    held: 'ingenting sendes',
    balancing: 'Interesseavveining',
    standsUntil: 'gjelder til',
    agreement: 'Databehandleravtale',
    noAgreement: 'Ingen avtale',
    instructed: 'Instruert av kunden',
    notInstructed: 'Ikke instruert',
    since: 'fra',
    until: 'til',
    gets: 'kan få',
    nothing: 'ingenting',
  },
  en: {
    title: (article: string) => `Record of processing activities (GDPR art. ${article})`,
    asOf: 'As it stood',
    keeper: { '30(1)': 'Controller', '30(2)': 'Processor' },
    customer: 'Controller (customer)',
    contact: 'Contact',
    responsible: 'Responsible role',
    address: 'Address',
    jointControllers: 'Joint controllers',
    representative: 'Representative',
    dataProtectionOfficer: 'Data protection officer',
    statement: 'Privacy statement in force',
    unconfirmed: 'unconfirmed',
    warning: 'Parts marked “unconfirmed” are assumed. The company has not confirmed them, and they prove no compliance.',
    purposes: 'Purposes',
    legalBases: 'Legal basis',
    dataSubjects: 'Data subjects',
    categories: 'Personal data',
    recipients: 'Recipients',
    transfers: 'Transfers to third countries',
    none: 'None',
    retention: 'Time limits for erasure',
    security: 'Security measures',
    instruction: 'Instruction',
    ownDuties: 'Own duties',
    secureIdentification: 'Need for secure identification',
    suspended: 'Not carried out',
    observed: 'Observed in the log',
    notObserved: 'Not carried out for this customer',
    conflicts: 'Conflicts in the privacy statement',
    suggestion: 'Suggestion',
    version: 'version',
    uses: 'uses',
    held: 'nothing is sent',
    balancing: 'Balancing tests',
    standsUntil: 'stands until',
    agreement: 'Data processing agreement',
    noAgreement: 'No agreement',
    instructed: 'Instructed by the customer',
    notInstructed: 'Not instructed',
    since: 'from',
    until: 'until',
    gets: 'may get',
    nothing: 'nothing',
  },
} as const;

type Words = (typeof words)['nb' | 'en'];

/** A document for people: for the screen of a phone, and for paper. */
export function htmlOf(record: ProcessingRecord): string {
  const w = words[record.language];
  const title = w.title(record.article);
  const body = [
    `<h1>${escaped(title)}</h1>`,
    record.confirmed ? '' : `<p class="warning">${escaped(w.warning)}</p>`,
    definitions([
      [w.asOf, escaped(record.asOf)],
      [w.keeper[record.article], escaped(`${record.keeper.name}, ${record.keeper.organisationNumber}`)],
      [w.responsible, escaped(record.keeper.responsible)],
      [w.contact, escaped(`${record.keeper.phone}, ${record.keeper.website}`)],
      [w.address, orMark(record.keeper.address, w)],
      [w.jointControllers, orMark(record.keeper.jointControllers, w)],
      [w.representative, orMark(record.keeper.representative, w)],
      [w.dataProtectionOfficer, orMark(record.keeper.dataProtectionOfficer, w)],
      ...(record.customer
        ? ([
            [w.customer, escaped(`${record.customer.name} (${record.customer.reference})`)],
            [`${w.customer}: ${w.contact.toLowerCase()}`, escaped(record.customer.contact)],
            [w.agreement, escaped(agreementText(record.customer, w))],
          ] as const)
        : []),
      ...(record.statement ? ([[w.statement, escaped(record.statement.version)]] as const) : []),
    ]),
    ...record.entries.map((entry) => section(entry, record, w)),
    conflictsPart(record, w),
  ];
  return htmlPage({ title, language: record.language, body: body.join('\n') });
}

function section(entry: RecordEntry, { article, customer }: ProcessingRecord, w: Words): string {
  const { observed } = entry;
  const rows: (readonly [string, string])[] = [
    [w.purposes, list(entry.purposes, w)],
    [w.legalBases, list(entry.legalBases, w)],
    ...(entry.balancing.length === 0 ? [] : [[w.balancing, items(entry.balancing.map((one) => balancingHtml(one, w)))] as const]),
    [w.dataSubjects, list(entry.dataSubjects, w)],
    [
      w.categories,
      items(entry.categories.map(({ label, fields }) => `${escaped(label)}: ${fields.map((field) => stated(field, w)).join(', ')}`)),
    ],
    [
      w.recipients,
      entry.recipients.length === 0
        ? escaped(w.none)
        : items(
            entry.recipients.map(
              (one) =>
                `${stated(one, w)} (${escaped(one.capacity)}, ${escaped(one.location)}${one.suspended === undefined ? '' : `; ${escaped(`${w.held}: ${one.suspended}`)}`})` +
                ` <small>${escaped(`${w.gets}: ${one.fields.length === 0 ? w.nothing : one.fields.join(', ')}`)}</small>`,
            ),
          ),
    ],
    [w.transfers, entry.transfers.length === 0 ? escaped(w.none) : items(entry.transfers.map(escaped))],
    [w.retention, items(entry.retention.map((one) => `${stated(one, w)} <small>${escaped(one.basis)}</small>`))],
    [w.security, list(entry.security, w)],
    ...(entry.instruction === undefined ? [] : [[w.instruction, escaped(entry.instruction)] as const]),
    ...(entry.ownDuties ? [[w.ownDuties, list(entry.ownDuties, w)] as const] : []),
    ...(entry.secureIdentification === undefined ? [] : [[w.secureIdentification, escaped(entry.secureIdentification)] as const]),
    ...(entry.suspended ? [[w.suspended, escaped(`${entry.suspended.conflict}: ${entry.suspended.why}`)] as const] : []),
    ...(article === '30(2)' && customer
      ? [
          [w.instructed, escaped(periodText(entry.instructed, w))] as const,
          [w.observed, escaped(observed ? `${observed.since} – ${observed.last}: ${observed.uses} ${w.uses}` : w.notObserved)] as const,
        ]
      : []),
    ...(entry.conflicts.length === 0
      ? []
      : [[w.conflicts, entry.conflicts.map((id) => `<a href="#${escaped(id)}">${escaped(id)}</a>`).join(', ')] as const]),
  ];
  return `<section id="${escaped(entry.id)}">
<h2>${escaped(`${entry.id} ${entry.title}`)} <small>${escaped(`${w.version} ${entry.version}, ${entry.since.slice(0, 10)}`)}</small></h2>
${definitions(rows)}
</section>`;
}

function conflictsPart({ conflicts }: ProcessingRecord, w: Words): string {
  if (conflicts.length === 0) return '';
  const all = conflicts.map(
    ({ id, where, what, suggestion }) =>
      `<li id="${escaped(id)}"><strong>${escaped(id)}</strong> (${escaped(where.join(', '))}): ${escaped(what)} <em>${escaped(`${w.suggestion}: ${suggestion}`)}</em></li>`,
  );
  return `<section class="conflicts"><h2>${escaped(w.conflicts)}</h2><ul>${all.join('\n')}</ul></section>`;
}

const balancingHtml = (one: RecordEntry['balancing'][number], w: Words): string => {
  const { necessity, balance, safeguards, document, reviewBy } = one.test;
  const where = [document, reviewBy === undefined ? undefined : `${w.standsUntil} ${reviewBy}`].filter((part) => part !== undefined);
  return `${stated(one, w)}: ${escaped([necessity, balance, safeguards].join('; '))} <small>${escaped(where.join(', '))}</small>`;
};

const agreementText = ({ agreement }: NonNullable<ProcessingRecord['customer']>, w: Words): string =>
  agreement ? `${agreement.version}, ${periodText(agreement, w)}` : w.noAgreement;

const periodText = (period: { readonly from: string; readonly until?: string } | undefined, w: Words): string =>
  period ? `${w.since} ${period.from}${period.until === undefined ? '' : ` ${w.until} ${period.until}`}` : w.notInstructed;

const stated = (one: Stated, w: Words): string =>
  one.unconfirmed ? `${escaped(one.label)} <mark>${escaped(w.unconfirmed)}</mark>` : escaped(one.label);
const list = (all: readonly Stated[], w: Words): string => items(all.map((one) => stated(one, w)));
const items = (html: readonly string[]): string => `<ul>${html.map((one) => `<li>${one}</li>`).join('')}</ul>`;
const orMark = (value: string | null, w: Words): string => (value === null ? `<mark>${escaped(w.unconfirmed)}</mark>` : escaped(value));
const definitions = (rows: readonly (readonly [string, string])[]): string =>
  `<dl>${rows.map(([term, html]) => `<div><dt>${escaped(term)}</dt><dd>${html}</dd></div>`).join('\n')}</dl>`;
