import { consentWordings } from '@hjemmel/contexts/processing-register/contract';
import type { Recorded } from '@hjemmel/kernel';
import type { LedgerEvent } from '../events';
import { admitUses, at, company, consentGiven, evidence, kari, norms, registered, statement, withdraw } from '../testing/kari';
import { ledger } from '../decider';
import { decide, fold } from '@hjemmel/kernel';
import { consentHistoryOf, LedgerTooLong } from './consent-history';
import { consentRecordsOf } from './consent-records';

const shown = consentWordings.find(({ purpose, locale }) => purpose === 'marketing' && locale === 'nb')!;
const wording = { version: shown.version, locale: shown.locale, hash: shown.hash };
const command = '8d1c2bd4-8c1f-4c3b-9d8e-2a4b6d1f0a11';
/** A ledger as commands write it: registered, consent given and withdrawn, and then a no to something else. */
const story = (): LedgerEvent[] => {
  const known = [registered()];
  const give = { ...admitUses(command, evidence), consents: [{ ...consentGiven('').data, wording, purpose: 'marketing' }] };
  const { consentId: _, subjectId: _subject, ...consent } = give.consents[0]!;
  const given = decide(ledger, { ...give, consents: [consent] }, fold(ledger.evolve, ledger.initial, known)) as LedgerEvent[];
  const soFar = [...known, ...given];
  const withdrawn = decide(ledger, withdraw('command-2'), fold(ledger.evolve, ledger.initial, soFar)) as LedgerEvent[];
  return [...soFar, ...withdrawn];
};

async function* recorded(events: readonly LedgerEvent[]): AsyncGenerator<Recorded> {
  for (const [place, event] of events.entries()) {
    yield {
      id: `00000000-0000-8000-8000-00000000000${place}`,
      stream: `dataSubject-${kari}`,
      revision: BigInt(place),
      position: BigInt(place),
      recordedAt: at,
      event,
      metadata: {
        schema: 1,
        correlationId: command,
        causationId: command,
        actor: { id: 'shop', role: 'service' },
        decidedAt: at.toISOString(),
      },
    };
  }
}

type Graph = { readonly '@graph': readonly Record<string, unknown>[] };
const recordsOf = async (events: readonly LedgerEvent[], now = at, register = norms.register) =>
  (consentRecordsOf((await consentHistoryOf(recorded(events)))!, { register, at: now }) as Graph)['@graph'];
const statesOf = (record: Record<string, unknown> | undefined) =>
  (record!['dpv:hasConsentStatus'] as { '@type': string[] }[]).map(({ '@type': [state] }) => state);
const lasting = (consentLasts: string) =>
  new Map(norms.register).set('C-4', {
    ...norms.register.get('C-4')!,
    legalBases: [{ code: '6(1)(a)', when: 'consent', consentLasts }],
    retention: [{ rule: 'marketing-until-objection', trigger: 'withdrawn-or-objected' }],
  });

describe('a consent record', () => {
  it('says who consented to what, in which words, under which statement, how and when, and what became of it', async () => {
    const [record, ...more] = await recordsOf(story(), at, lasting('P12M'));
    expect(more).toEqual([]);
    const id = record!['dpv:hasIdentifier'] as string;
    expect(record).toEqual({
      '@id': `urn:uuid:${id}`,
      '@type': 'dpv:ConsentRecord',
      'dct:conformsTo': 'dpv-27560:record',
      'dpv:hasIdentifier': id,
      'dct:created': at.toISOString(),
      'dct:language': 'nb',
      'dpv:hasDataSubject': { '@type': 'dpv:DataSubject', 'dpv:hasIdentifier': kari },
      'dpv:hasDataController': { '@type': 'dpv:DataController', 'dpv:hasIdentifier': company, 'dpv:hasName': 'Jobbkort AS' },
      'dpv:hasJurisdiction': 'loc:NO',
      'dpv:hasApplicableLaw': 'eu-gdpr:GDPR',
      'dpv:hasLegalBasis': 'eu-gdpr:A6-1-a',
      'dpv:hasProcess': [
        {
          '@type': 'dpv:Process',
          'dct:identifier': 'C-4 version 1',
          'dpv:hasPurpose': [{ '@type': 'dpv:Purpose', 'skos:broader': 'dpv:DirectMarketing', 'skos:prefLabel': 'marketing' }],
          'dpv:hasPersonalData': [{ '@type': 'dpv:PersonalData', 'skos:broader': 'pd:Contact', 'skos:prefLabel': 'subject.contact.name' }],
          'dpv:hasProcessing': ['dpv:Store', 'dpv:Use'],
          'dpv:hasRecipient': [{ '@type': 'dpv:Recipient', 'dpv:hasIdentifier': 'mail-provider', 'dpv:hasLocation': 'loc:EEA' }],
          'dpv:hasStorageCondition': [
            { '@type': 'dpv:StorageLocation', 'dpv:hasLocation': 'loc:EEA' },
            {
              '@type': 'dpv:StorageDuration',
              'skos:prefLabel': 'marketing-until-objection',
              'dpv:hasDuration': { '@type': 'dpv:UntilEventDuration', 'rdf:value': 'withdrawn-or-objected' },
            },
          ],
        },
      ],
      'dpv:hasNotice': [
        {
          '@type': 'dpv:ConsentNotice',
          'dpv:hasIdentifier': `sha256:${shown.hash}`,
          'dct:hasVersion': '2023-12-20',
          'dct:language': 'nb',
          'dct:description': { '@value': shown.text, '@language': 'nb' },
        },
        { '@type': 'dpv:PrivacyNotice', 'dpv:hasIdentifier': `sha256:${statement.hash}`, 'dct:hasVersion': '2023-12-20' },
      ],
      'dpv:hasRight': { '@type': ['dpv:DataSubjectRight', 'eu-gdpr:A7-3'] },
      'dpv:hasConsentStatus': [
        {
          '@type': ['dpv:ConsentGiven', 'dpv:ExpressedConsent'],
          'dpv:isIndicatedBy': 'dpv:DataSubject',
          'dpv:isIndicatedAtTime': at.toISOString(),
          'dpv:hasIndicationMethod': 'order-form, 1 step',
          'dpv:hasDuration': { '@type': 'dpv:TemporalDuration', 'rdf:value': 'P12M' },
          'dct:source': 'urn:uuid:00000000-0000-8000-8000-000000000002',
        },
        {
          '@type': ['dpv:ConsentWithdrawn'],
          'dpv:isIndicatedBy': 'dpv:DataSubject',
          'dpv:isIndicatedAtTime': at.toISOString(),
          'dpv:hasIndicationMethod': 'unsubscribe-link, 1 step',
          'dct:source': 'urn:uuid:00000000-0000-8000-8000-000000000003',
        },
      ],
    });
  });

  it('is one for each consent: a later one for the same purpose takes the place of the one before', async () => {
    const records = await recordsOf([registered(), consentGiven('consent-1'), consentGiven('consent-2'), consentGiven('other', 'renewal')]);
    expect(records.map((record) => record['dct:isReplacedBy'])).toEqual(['urn:uuid:consent-2', undefined, undefined]);
  });

  it('of a refusal by a signal says so', async () => {
    const refused: LedgerEvent = {
      type: 'ConsentRefused',
      data: {
        consentId: 'consent-3',
        subjectId: kari,
        purpose: 'site-analytics',
        surface: 'cookie-dialog',
        steps: 0,
        signal: 'gpc',
        wording,
        refusedAt: at.toISOString(),
      },
    };
    const [record] = await recordsOf([registered(), refused]);
    expect(record!['dpv:hasConsentStatus']).toMatchObject([
      { '@type': ['dpv:ConsentRefused'], 'dpv:hasIndicationMethod': 'cookie-dialog, by the signal Sec-GPC: 1' },
    ]);
  });

  it('says that a consent ran out, from the end of its last day in Oslo on, and not where it was withdrawn before', async () => {
    const given = [registered(), consentGiven('consent-1')];
    const year = lasting('P12M');
    expect(statesOf((await recordsOf(given, new Date('2027-03-02T22:59:59Z'), year))[0])).toEqual(['dpv:ConsentGiven']);
    const [record] = await recordsOf(given, new Date('2027-03-02T23:00:00Z'), year);
    expect(statesOf(record)).toEqual(['dpv:ConsentGiven', 'dpv:ConsentExpired']);
    expect(record!['dpv:hasConsentStatus']).toMatchObject([{}, { 'dpv:isIndicatedAtTime': '2027-03-02T23:00:00.000Z' }]);
    expect(statesOf((await recordsOf(story(), new Date('2028-01-01T00:00:00Z'), year))[0])).toEqual([
      'dpv:ConsentGiven',
      'dpv:ConsentWithdrawn',
    ]);
  });

  it('is written in words that its context explains', async () => {
    const document = consentRecordsOf((await consentHistoryOf(recorded(story())))!, { register: norms.register, at });
    const { '@context': context, ...rest } = document as { readonly '@context': object };
    const prefixes = new Set([...JSON.stringify(rest).matchAll(/"([a-z0-9-]+):[A-Za-z]/g)].map(([, prefix]) => prefix));
    prefixes.delete('urn');
    prefixes.delete('sha256');
    expect([...prefixes].filter((prefix) => !Object.hasOwn(context, prefix!))).toEqual([]);
  });
});

describe('the history of consents', () => {
  it('is nobody’s where nobody is registered', async () => expect(await consentHistoryOf(recorded([]))).toBeUndefined());
  it('is read up to a bound, and never cut silently', async () => {
    await expect(consentHistoryOf(recorded(story()), 4)).resolves.toBeDefined();
    await expect(consentHistoryOf(recorded(story()), 3)).rejects.toBeInstanceOf(LedgerTooLong);
  });
});
