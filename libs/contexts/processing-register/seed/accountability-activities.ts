import type { ActivityEntry } from '../events';
import { asController, balanced, legalDuty, within } from './entries';

/** What the company does to keep its services lawful and safe (GDPR art. 30(1); record of processing activities, section A, C-10 … C-15). */
export const accountabilityActivities: Readonly<Record<string, ActivityEntry>> = {
  'C-10': asController({
    title: 'Troubleshooting and analysis of the service',
    dataSubjects: ['service-user'],
    categories: [{ category: 'usage', fields: ['eventMetadata', 'aggregates'] }],
    purposes: ['troubleshooting', 'service-analysis'],
    legalBases: [
      {
        code: '6(1)(f)',
        when: 'always',
        interest: 'finding faults and improving the service',
        balancing: balanced(
          'a fault can’t be found without looking at what happened where it showed',
          'event metadata only, and nobody is looked at as a person',
          'raw data for two weeks at most; then aggregates of ten or more',
        ),
      },
    ],
    sources: ['third-party-tool'],
    recipients: within('processor', 'monitoring-provider'),
    allow: { 'monitoring-provider': 'usage:*' },
    retention: { 'troubleshooting-raw': 'raw event metadata', 'aggregate-unlimited': 'aggregates' },
    promises: '36-39',
  }),
  'C-11': asController({
    title: 'Security, access control and audit log',
    dataSubjects: ['employee', 'administrator', 'api-client', 'auditor'],
    categories: [{ category: 'actor', fields: ['staffId', 'role', 'action', 'time', 'objectPseudonym'] }],
    purposes: ['security-and-audit'],
    legalBases: [
      legalDuty('GDPR art. 5(2), 32'),
      {
        code: '6(1)(f)',
        when: 'always',
        interest: 'integrity, confidentiality and accountability of the service',
        balancing: balanced(
          'who did what can’t be shown without saying who',
          'staff and services in their work, under pseudonyms, and told of it',
          'names apart from the log and shredded after two years',
        ),
      },
    ],
    sources: ['system'],
    // Witnesses see checkpoints only, in which there is no personal data.
    recipients: [],
    retention: { 'log-life': 'the log', 'actor-names-2y': 'readable names of actors' },
    promises: '75 77',
  }),
  'C-12': asController({
    title: 'Handling of breaches',
    dataSubjects: ['any-data-subject', 'reporter'],
    categories: [{ category: 'incident', fields: ['facts', 'categories', 'numbers', 'notices'] }],
    purposes: ['breach-handling'],
    legalBases: [legalDuty('GDPR art. 33–34')],
    sources: ['staff', 'data-subject'],
    recipients: [
      ...within('authority', 'datatilsynet'),
      ...within('controller', 'customer'),
      ...within('data-subject', 'affected-persons'),
    ],
    allow: { datatilsynet: '*', customer: '*', 'affected-persons': '*' },
    retention: { 'breach-5y': 'the case' },
    promises: '76',
  }),
  'C-13': asController({
    title: 'Disclosure to authorities',
    dataSubjects: ['any-data-subject'],
    categories: [{ category: 'request.case', fields: ['demand', 'ground', 'dataGiven'] }],
    purposes: ['authority-disclosure'],
    legalBases: [legalDuty('the statute that the demand names')],
    sources: ['authority'],
    recipients: within('authority', 'police', 'tax-authority', 'arbeidstilsynet'),
    allow: { police: '*', 'tax-authority': '*', arbeidstilsynet: '*' },
    retention: { 'disclosure-5y': 'demand, ground and what was given' },
    promises: '50 51',
  }),
  'C-14': asController({
    title: 'Confidentiality of own staff and internal control',
    dataSubjects: ['employee'],
    categories: [{ category: 'actor', fields: ['undertaking', 'training', 'controlResults'] }],
    purposes: ['internal-control'],
    legalBases: [legalDuty('GDPR art. 24, 32'), { code: '6(1)(b)', when: 'always' }],
    sources: ['employee'],
    recipients: [],
    retention: { 'staff-3y': 'undertakings, training, results of control' },
    promises: '72-74 77',
  }),
  'C-15': asController({
    title: 'Management of sub-processors and suppliers',
    dataSubjects: ['supplier-contact'],
    categories: [
      { category: 'subject.contact', fields: ['name', 'email'] },
      { category: 'agreement', fields: ['contract'] },
    ],
    purposes: ['supplier-management'],
    legalBases: [
      {
        code: '6(1)(f)',
        when: 'always',
        interest: 'agreements with suppliers that meet GDPR art. 28',
        balancing: balanced(
          'an agreement has somebody on the other side who is asked and told',
          'contact data of working life, given in that role',
          'name and e-mail only; kept for the limitation period at most',
        ),
      },
    ],
    sources: ['supplier'],
    recipients: [],
    retention: { 'supplier-3y': 'contacts and contract' },
    promises: '44-47',
  }),
};
