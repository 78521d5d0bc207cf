import type { Purpose } from '@hjemmel/admission';

/** Names of the Data Privacy Vocabulary (W3C DPVCG) and of its profile for ISO/IEC TS 27560, in which consent records are written. */
export const context = {
  dpv: 'https://w3id.org/dpv#',
  'dpv-27560': 'https://w3id.org/dpv/schema/dpv-27560#',
  'eu-gdpr': 'https://w3id.org/dpv/legal/eu/gdpr#',
  loc: 'https://w3id.org/dpv/loc#',
  pd: 'https://w3id.org/dpv/pd#',
  dct: 'http://purl.org/dc/terms/',
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  skos: 'http://www.w3.org/2004/02/skos/core#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
  // What these point to are things with names of their own, not texts.
  ...Object.fromEntries(
    [
      'dct:conformsTo',
      'dct:isReplacedBy',
      'dct:source',
      'dpv:hasApplicableLaw',
      'dpv:hasJurisdiction',
      'dpv:hasLegalBasis',
      'dpv:hasLocation',
      'dpv:hasProcessing',
      'dpv:isIndicatedBy',
      'skos:broader',
    ].map((property) => [property, { '@type': '@id' }]),
  ),
  'dct:created': { '@type': 'xsd:dateTime' },
  'dpv:isIndicatedAtTime': { '@type': 'xsd:dateTime' },
} as const;

const purposes: Readonly<Record<string, string>> = {
  marketing: 'dpv:DirectMarketing',
  advertising: 'dpv:Advertising',
  'site-analytics': 'dpv:ServiceUsageAnalytics',
};
/** A purpose that the vocabulary has no nearer word for is one all the same. */
export const purposeTerm = (purpose: Purpose): string => (Object.hasOwn(purposes, purpose) ? purposes[purpose]! : 'dpv:Purpose');

const categories: Readonly<Record<string, string>> = {
  'subject.contact': 'pd:Contact',
  device: 'pd:DeviceBased',
  location: 'pd:Location',
};
export const categoryTerm = (category: string): string =>
  Object.hasOwn(categories, category) ? categories[category]! : 'dpv:PersonalData';

export const locationTerms = { EEA: 'loc:EEA', 'third-country': 'dpv:ThirdCountry' } as const;
