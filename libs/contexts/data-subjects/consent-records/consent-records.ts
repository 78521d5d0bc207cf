import { Activity, consentBasesFor, Purpose } from '@hjemmel/admission';
import { isOver } from '@hjemmel/admission/periods';
import { consentWordings, particulars } from '@hjemmel/contexts/processing-register/contract';
import { addPeriod, endOfDay, osloDay } from '@hjemmel/kernel/calendar';
import type { ConsentEvent, ConsentGiven, ConsentRefused } from '../consent.events';
import type { ConsentHistory } from './consent-history';
import { categoryTerm, context, locationTerms, purposeTerm } from './dpv';

type Choices = ConsentHistory['choices'];

/** What consent records are made of besides the ledger: the register, as it is in force. */
export interface RecordedUnder {
  readonly register: ReadonlyMap<string, Activity>;
  readonly at: Date;
}

/**
 * A person's consents as consent records under ISO/IEC TS 27560, in the words of the Data Privacy Vocabulary: one for each consent or
 * refusal, with what became of it. Pure.
 */
export function consentRecordsOf(history: ConsentHistory, under: RecordedUnder): object {
  const consents = new Map<string, Choices[number][]>();
  for (const choice of history.choices) {
    const { consentId } = choice.event.data;
    consents.set(consentId, [...(consents.get(consentId) ?? []), choice]);
  }
  const ids = [...consents].map(([consentId, [first]]) => ({ consentId, purpose: first!.event.data.purpose }));
  return {
    '@context': context,
    '@graph': [...consents.values()].map((choices, place) => {
      const { purpose } = ids[place]!;
      const next = ids.slice(place + 1).find((later) => later.purpose === purpose);
      return recordOf(history, choices, next?.consentId, under);
    }),
  };
}

function recordOf(history: ConsentHistory, choices: Choices, replacedBy: string | undefined, under: RecordedUnder): object {
  const first = choices[0]!.event;
  const { consentId, purpose } = first.data;
  const activity = asksFor(purpose, under.register);
  const wording = first.type === 'ConsentWithdrawn' ? undefined : first.data.wording;
  return {
    '@id': urn(consentId),
    '@type': 'dpv:ConsentRecord',
    'dct:conformsTo': 'dpv-27560:record',
    'dpv:hasIdentifier': consentId,
    'dct:created': timeOf(first),
    ...(wording && { 'dct:language': wording.locale }),
    ...(replacedBy !== undefined && { 'dct:isReplacedBy': urn(replacedBy) }),
    'dpv:hasDataSubject': { '@type': 'dpv:DataSubject', 'dpv:hasIdentifier': history.subjectId },
    'dpv:hasDataController': controllerOf(history),
    'dpv:hasJurisdiction': 'loc:NO',
    'dpv:hasApplicableLaw': 'eu-gdpr:GDPR',
    'dpv:hasLegalBasis': 'eu-gdpr:A6-1-a',
    'dpv:hasProcess': [processOf(purpose, activity)],
    'dpv:hasNotice': noticesOf(first, choices[0]!.statement),
    'dpv:hasRight': { '@type': ['dpv:DataSubjectRight', 'eu-gdpr:A7-3'] },
    'dpv:hasConsentStatus': [
      ...choices.map(({ event, eventId }) => statusOf(event, eventId, activity)),
      ...expiryOf(choices, activity, under.at),
    ],
  };
}

const controllerOf = ({ controller }: ConsentHistory): object => ({
  '@type': 'dpv:DataController',
  'dpv:hasIdentifier': controller,
  ...(controller === particulars.organisationNumber && { 'dpv:hasName': particulars.name }),
});

const urn = (id: string): string => `urn:uuid:${id}`;

/** The entry of the register that does on consent what the purpose names. One that is suspended or retired says it where no other does. */
function asksFor(purpose: Purpose, register: RecordedUnder['register']): Activity | undefined {
  const asking = [...register.values()].filter((activity) => consentBasisOf(activity, purpose) !== undefined);
  return asking.find(({ retired }) => !retired) ?? asking[0];
}

const consentBasisOf = (activity: Activity, purpose: Purpose) => consentBasesFor(activity, purpose)[0];

function processOf(purpose: Purpose, activity: Activity | undefined): object {
  return {
    '@type': 'dpv:Process',
    ...(activity && { 'dct:identifier': `${activity.id} version ${activity.version}` }),
    'dpv:hasPurpose': [{ '@type': 'dpv:Purpose', 'skos:broader': purposeTerm(purpose), 'skos:prefLabel': purpose }],
    'dpv:hasPersonalData': (activity?.categories ?? []).flatMap(({ category, fields }) =>
      fields.map((field) => ({
        '@type': 'dpv:PersonalData',
        'skos:broader': categoryTerm(category),
        'skos:prefLabel': `${category}.${field}`,
      })),
    ),
    'dpv:hasProcessing': ['dpv:Store', 'dpv:Use'],
    'dpv:hasRecipient': (activity?.recipients ?? [])
      .filter(({ suspended }) => suspended === undefined)
      .map(({ id, location }) => ({ '@type': 'dpv:Recipient', 'dpv:hasIdentifier': id, 'dpv:hasLocation': locationTerms[location] })),
    'dpv:hasStorageCondition': storageOf(activity),
  };
}

function storageOf(activity: Activity | undefined): object[] {
  if (!activity) return [];
  const places = new Set(activity.recipients.filter(({ suspended }) => suspended === undefined).map(({ storage }) => storage));
  return [
    ...[...places].map((place) => ({ '@type': 'dpv:StorageLocation', 'dpv:hasLocation': locationTerms[place] })),
    ...activity.retention.map(({ rule, trigger, length }) => ({
      '@type': 'dpv:StorageDuration',
      'skos:prefLabel': rule,
      'dpv:hasDuration':
        length === undefined
          ? { '@type': 'dpv:UntilEventDuration', 'rdf:value': trigger }
          : { '@type': 'dpv:TemporalDuration', 'rdf:value': length, 'skos:prefLabel': `from ${trigger}` },
    })),
  ];
}

function noticesOf(first: ConsentEvent, statement: Choices[number]['statement']): object[] {
  const asked = first.type === 'ConsentWithdrawn' ? [] : [consentNotice(first.data.wording)];
  return [
    ...asked,
    ...(statement
      ? [{ '@type': 'dpv:PrivacyNotice', 'dpv:hasIdentifier': `sha256:${statement.hash}`, 'dct:hasVersion': statement.version }]
      : []),
  ];
}

function consentNotice({ version, locale, hash }: (ConsentGiven | ConsentRefused)['data']['wording']): object {
  const shown = consentWordings.find((wording) => wording.hash === hash);
  return {
    '@type': 'dpv:ConsentNotice',
    'dpv:hasIdentifier': `sha256:${hash}`,
    'dct:hasVersion': version,
    'dct:language': locale,
    ...(shown && { 'dct:description': { '@value': shown.text, '@language': locale } }),
  };
}

const statuses = {
  ConsentGiven: 'dpv:ConsentGiven',
  ConsentRefused: 'dpv:ConsentRefused',
  ConsentWithdrawn: 'dpv:ConsentWithdrawn',
} as const;

function statusOf(event: ConsentEvent, eventId: string, activity: Activity | undefined): object {
  const { surface, steps, purpose } = event.data;
  const signal = 'signal' in event.data ? event.data.signal : undefined;
  return {
    '@type': event.type === 'ConsentGiven' ? [statuses[event.type], 'dpv:ExpressedConsent'] : [statuses[event.type]],
    'dpv:isIndicatedBy': 'dpv:DataSubject',
    'dpv:isIndicatedAtTime': timeOf(event),
    'dpv:hasIndicationMethod': signal ? `${surface}, by the signal Sec-GPC: 1` : `${surface}, ${steps} ${steps === 1 ? 'step' : 'steps'}`,
    ...(event.type === 'ConsentGiven' && { 'dpv:hasDuration': durationOf(activity && consentBasisOf(activity, purpose)?.consentLasts) }),
    'dct:source': urn(eventId),
  };
}

const durationOf = (lasts: string | undefined): object =>
  lasts === undefined
    ? { '@type': 'dpv:UntilEventDuration', 'rdf:value': 'withdrawal' }
    : { '@type': 'dpv:TemporalDuration', 'rdf:value': lasts };

/** Nobody does anything when a consent runs out, so that the log holds no event of it: it follows from when it was given. */
function expiryOf(choices: Choices, activity: Activity | undefined, at: Date): object[] {
  const { event } = choices.at(-1)!;
  if (event.type !== 'ConsentGiven' || !activity) return [];
  const lasts = consentBasisOf(activity, event.data.purpose)?.consentLasts;
  if (lasts === undefined || !isOver(event.data.givenAt, lasts, at)) return [];
  const lastDay = addPeriod(osloDay(new Date(event.data.givenAt)), lasts);
  return [{ '@type': ['dpv:ConsentExpired'], 'dpv:isIndicatedAtTime': endOfDay(lastDay) }];
}

function timeOf(event: ConsentEvent): string {
  switch (event.type) {
    case 'ConsentGiven':
      return event.data.givenAt;
    case 'ConsentRefused':
      return event.data.refusedAt;
    case 'ConsentWithdrawn':
      return event.data.withdrawnAt;
  }
}
