import type { ActivityEntry } from '../events';
import { wordingsFor } from '../consent-wordings/consent-wordings';
import { adNetworks, asController, balanced, contractOrInterest, legalDuty, within } from './entries';

const fulfilment = 'fulfilling the contract with the company that the person represents';
const fulfilmentTest = balanced(
  'an order can’t be carried out, and nobody can be asked about it, without the person who placed it for the company',
  'contact data of working life, given by the person in that role, used for what they asked for',
  'no other use; access by role and on record; kept for the limitation period at most',
);
/** What is strictly necessary is exempt from consent by the statute named with it. */
const workingSite = 'a site that works';
/** A choice of cookies is asked for again after a year, as the cookie that keeps it ends then. */
const cookieConsent = { wordings: wordingsFor('site-analytics'), consentLasts: 'P12M' };
const workingSiteTest = balanced(
  'without the session and the record of the choice the site does not work, or asks again on every page',
  'nothing is told to anybody else, and nothing is followed across sites',
  'gone with the session; the record of the choice holds no identity',
);

/** What the company does for its own purposes (GDPR art. 30(1); record of processing activities, section A, C-1 … C-9). */
export const controllerActivities: Readonly<Record<string, ActivityEntry>> = {
  'C-1': asController({
    title: 'Order handling and customer relation',
    dataSubjects: ['contact-person', 'sole-trader'],
    categories: [
      { category: 'subject.contact', fields: ['name', 'phone', 'email', 'role', 'employer', 'deliveryAddress'] },
      { category: 'customer.org', fields: ['organisationNumber', 'name', 'address'] },
      { category: 'order.lines', fields: ['product', 'quantity', 'price', 'mandateReference'] },
      { category: 'request.case', fields: ['correspondence'] },
    ],
    purposes: ['deliver-service', 'customer-service'],
    legalBases: contractOrInterest(fulfilment, fulfilmentTest, 'deliver-service', 'customer-service'),
    sources: ['orderer'],
    recipients: within('processor', 'hosting-provider', 'mail-provider', 'crm-provider'),
    allow: {
      'hosting-provider': '*',
      'mail-provider': 'subject.contact:name,email order.lines:* request.case:correspondence',
      'crm-provider': 'subject.contact:name,email,phone,role,employer customer.org:*',
    },
    retention: { 'order-3y': 'the order and its contact person; what is kept for renewal stands under C-5' },
    promises: '9 10 18 26 27 34 35',
    assumed: ['category:subject.contact.deliveryAddress'],
  }),
  'C-2': asController({
    title: 'Invoicing and accounting',
    dataSubjects: ['contact-person', 'sole-trader'],
    categories: [
      { category: 'invoice', fields: ['name', 'address', 'email', 'reference', 'ehf', 'organisationNumber', 'amounts', 'paymentStatus'] },
    ],
    purposes: ['invoicing', 'bookkeeping'],
    legalBases: [...contractOrInterest(fulfilment, fulfilmentTest, 'invoicing'), legalDuty('bokføringsloven § 13', 'bookkeeping')],
    sources: ['orderer', 'accounting-system'],
    recipients: [
      ...within('processor', 'accounting-provider'),
      ...within('controller', 'bank', 'auditor'),
      ...within('authority', 'tax-authority'),
    ],
    allow: {
      'accounting-provider': '*',
      bank: 'invoice:reference,amounts,paymentStatus',
      auditor: '*',
      'tax-authority': '*',
    },
    retention: {
      'bokforing-5y': 'invoices and vouchers',
      'bokforing-3y6m': 'delivery notes, agreements, material correspondence, price lists',
    },
    promises: '28',
    assumed: ['category:invoice.reference', 'category:invoice.ehf'],
  }),
  'C-3': asController({
    title: 'Enquiries and customer service, with rights requests and complaints',
    dataSubjects: ['contact-person', 'any-data-subject'],
    categories: [
      { category: 'subject.contact', fields: ['name', 'email', 'phone'] },
      {
        category: 'request.case',
        fields: ['type', 'dates', 'outcome', 'message', 'identityEvidence', 'decision', 'copiesSent'],
      },
    ],
    purposes: ['customer-service', 'rights-requests'],
    legalBases: [
      legalDuty('GDPR art. 12–22', 'rights-requests'),
      { code: '6(1)(b)', when: 'sole-trader', purposes: ['customer-service'] },
      {
        code: '6(1)(f)',
        when: 'always',
        purposes: ['customer-service'],
        interest: 'answering those who write to the company',
        balancing: balanced(
          'nobody can be answered without what they wrote and where to send the answer',
          'the person wrote on their own account and expects an answer',
          'kept for a year after the enquiry was closed at most; used for nothing else',
        ),
      },
    ],
    sources: ['data-subject'],
    recipients: [...within('processor', 'mail-provider', 'phone-provider'), ...within('controller', 'customer')],
    allow: {
      'mail-provider': 'subject.contact:name,email request.case:message,decision,copiesSent',
      'phone-provider': 'subject.contact:name,phone',
      customer: 'subject.contact:name request.case:type,dates,message',
    },
    retention: {
      'enquiry-12m': 'enquiries',
      'request-file': 'the case file of a rights request, minimised',
      'identity-evidence-30d': 'evidence of identity',
    },
    promises: '10 53-56 60-65 78',
  }),
  'C-4': asController({
    title: 'Direct marketing',
    dataSubjects: ['contact-person', 'prospect'],
    categories: [
      { category: 'subject.contact', fields: ['name', 'email', 'employer'] },
      { category: 'device', fields: ['sendStatus', 'openStatus'] },
      { category: 'consent.record', fields: ['suppression'] },
    ],
    purposes: ['marketing'],
    // The record also allows art. 6(1)(f) for existing customers' similar products. It is not declared: it would live on after a withdrawal.
    legalBases: [{ code: '6(1)(a)', when: 'consent', statute: 'markedsføringsloven § 15', wordings: wordingsFor('marketing') }],
    sources: ['orderer', 'form'],
    recipients: [...within('processor', 'mailing-tool'), adNetworks],
    allow: { 'mailing-tool': 'subject.contact:name,email' },
    retention: {
      'marketing-until-objection': 'name, e-mail, company, send and open status',
      'suppression-while-marketing': 'the suppression entry',
    },
    keeps: { 'marketing-until-objection': ['subject.contact', 'device'], 'suppression-while-marketing': ['consent.record'] },
    promises: '24',
  }),
  'C-5': asController({
    title: 'Convenience at renewal',
    dataSubjects: ['contact-person'],
    categories: [
      { category: 'subject.contact', fields: ['name', 'email', 'phone'] },
      { category: 'subject.card', fields: ['expiresOn'] },
    ],
    purposes: ['renewal'],
    legalBases: [
      {
        code: '6(1)(f)',
        when: 'always',
        interest: 'an easier order when cards are to be renewed; opt-out at any time',
        balancing: balanced(
          'the card runs out within two years, and the order would have to be typed in anew',
          'the person said that a renewal is expected, and loses nothing by saying the opposite',
          'contact and dates only; gone three months after the card has expired; opt-out at any time',
        ),
      },
    ],
    sources: ['earlier-order'],
    recipients: [],
    retention: { renewal: 'contact and dates of expiry of the last order' },
    promises: '69 70',
  }),
  'C-6': asController({
    title: 'Strictly necessary cookies',
    dataSubjects: ['site-visitor'],
    categories: [{ category: 'device', fields: ['sessionId', 'loadBalancer', 'consentChoice'] }],
    purposes: ['site-operation'],
    legalBases: [
      {
        code: '6(1)(f)',
        when: 'always',
        interest: workingSite,
        balancing: workingSiteTest,
        statute: 'ekomloven § 2-7 b',
        validUntil: '2024-12-31',
      },
      {
        code: '6(1)(f)',
        when: 'always',
        interest: workingSite,
        balancing: workingSiteTest,
        statute: 'ekomloven § 3-15',
        validFrom: '2025-01-01',
      },
    ],
    sources: ['device'],
    recipients: within('processor', 'hosting-provider'),
    allow: { 'hosting-provider': '*' },
    retention: { session: 'session and load balancer', 'consent-choice-12m': 'the choice of cookies' },
    promises: '32',
    assumed: ['statute:ekomloven § 3-15'],
  }),
  'C-7': asController({
    title: 'Analytics cookies',
    dataSubjects: ['site-visitor'],
    categories: [
      { category: 'device', fields: ['clientId', 'pages', 'time'] },
      { category: 'location', fields: ['truncatedIp'] },
    ],
    purposes: ['site-analytics'],
    legalBases: [
      { code: '6(1)(a)', when: 'consent', statute: 'ekomloven § 2-7 b', validUntil: '2024-12-31', ...cookieConsent },
      { code: '6(1)(a)', when: 'consent', statute: 'ekomloven § 3-15', validFrom: '2025-01-01', ...cookieConsent },
    ],
    sources: ['device'],
    recipients: within('processor', 'analytics-provider'),
    allow: { 'analytics-provider': '*' },
    retention: { 'analytics-raw': 'raw data, then aggregates' },
    promises: '33 38 40',
    assumed: ['statute:ekomloven § 3-15'],
  }),
  'C-8': asController({
    title: 'Advertising and retargeting cookies',
    dataSubjects: ['site-visitor'],
    categories: [{ category: 'device', fields: ['adId', 'pages', 'conversion'] }],
    purposes: ['advertising'],
    legalBases: [{ code: '6(1)(a)', when: 'consent' }],
    sources: ['device'],
    recipients: [adNetworks],
    retention: { 'ad-provider-life': 'what the network keeps', 'consent-proof': 'the log of the consent' },
    promises: '41 42',
    suspended: {
      conflict: 'T-6',
      why: 'advertising networks are third-country recipients, and the statement promises no transfer outside the EEA',
    },
  }),
  'C-9': asController({
    title: 'Evidence of consent and information',
    dataSubjects: ['site-visitor', 'contact-person'],
    categories: [{ category: 'consent.record', fields: ['consentId', 'purposes', 'choice', 'time', 'textHash', 'statementVersion'] }],
    purposes: ['consent-evidence'],
    legalBases: [
      legalDuty('GDPR art. 5(2), 7(1)'),
      {
        code: '6(1)(f)',
        when: 'always',
        interest: 'showing which information was given where no law asks for it',
        balancing: balanced(
          'what nobody wrote down can’t be shown afterwards',
          'a pseudonym and the version of a public text',
          'no identity; gone three years after the last use',
        ),
      },
    ],
    sources: ['device', 'app'],
    recipients: within('controller', 'auditor-on-inspection'),
    allow: { 'auditor-on-inspection': '*' },
    retention: { 'consent-proof': 'the record of the choice' },
    promises: '3 33 57-59 82',
  }),
};
