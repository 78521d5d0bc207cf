/** Under which key a field of the category is sealed; `none` where it is not personal. */
export type KeyScope = 'subject' | 'own' | 'invoice' | 'case' | 'actor' | 'none';

export interface CatalogueEntry {
  readonly fields: readonly string[];
  readonly sensitivity: string;
  readonly keyScope: KeyScope;
  /** May the field stand in the log in clear? `if-company`: not where the customer is a sole trader. `choice`: only the choice, its purposes and the hash of its text. */
  readonly inClear: 'never' | 'if-company' | 'choice' | 'yes';
}

const entry = (
  keyScope: KeyScope,
  inClear: CatalogueEntry['inClear'],
  sensitivity: string,
  ...fields: readonly string[]
): CatalogueEntry => ({ fields, sensitivity, keyScope, inClear });

/**
 * The data catalogue: every field that an activity may declare. What is not in it cannot be declared, and so cannot be stored (promise
 * P-15; record of processing activities, section C). `device`, `incident`, `usage` and `agreement` are added to that section's list, which has no place
 * for what cookies, breaches, event metadata and suppliers' contracts hold.
 */
export const dataCatalogue: Readonly<Record<string, CatalogueEntry>> = {
  'subject.contact': entry(
    'subject',
    'never',
    'personal',
    'name',
    'email',
    'phone',
    'role',
    'employer',
    'employeeNumber',
    'birthDate',
    'nationality',
    'deliveryAddress',
    'freeFields',
  ),
  'subject.nationalId': entry('own', 'never', 'personopplysningsloven § 12; not GDPR art. 9', 'number', 'kind'),
  'subject.photo': entry('own', 'never', 'ordinary personal data as long as faces are not matched (GDPR rec. 51)', 'photo'),
  'subject.idCopy': entry('own', 'never', 'high risk; shortest life', 'scan'),
  'subject.card': entry('subject', 'never', 'personal', 'cardNumber', 'status', 'issuedOn', 'expiresOn', 'reason'),
  'customer.org': entry(
    'subject',
    'if-company',
    'personal for a sole trader only',
    'organisationNumber',
    'name',
    'address',
    'sector',
    'site',
    'buildingClient',
  ),
  'order.lines': entry('none', 'yes', 'personal if linked', 'product', 'quantity', 'price', 'mandateReference'),
  invoice: entry(
    'invoice',
    'never',
    'legal hold',
    'name',
    'address',
    'email',
    'reference',
    'ehf',
    'organisationNumber',
    'amounts',
    'paymentStatus',
  ),
  'consent.record': entry(
    'subject',
    'choice',
    'pseudonymous',
    'consentId',
    'purposes',
    'choice',
    'time',
    'textHash',
    'statementVersion',
    'suppression',
  ),
  'request.case': entry(
    'case',
    'never',
    'personal',
    'type',
    'dates',
    'outcome',
    'message',
    'correspondence',
    'identityEvidence',
    'decision',
    'copiesSent',
    'demand',
    'ground',
    'dataGiven',
    'export',
  ),
  actor: entry(
    'actor',
    'never',
    'personal',
    'staffId',
    'role',
    'action',
    'time',
    'objectPseudonym',
    'undertaking',
    'training',
    'controlResults',
  ),
  location: entry('subject', 'never', 'personal', 'truncatedIp'),
  device: entry(
    'subject',
    'never',
    'personal',
    'sessionId',
    'loadBalancer',
    'consentChoice',
    'clientId',
    'adId',
    'pages',
    'time',
    'conversion',
    'sendStatus',
    'openStatus',
  ),
  usage: entry('none', 'never', 'personal until aggregated', 'eventMetadata', 'aggregates'),
  incident: entry('case', 'never', 'personal', 'facts', 'categories', 'numbers', 'notices'),
  agreement: entry('none', 'yes', 'not personal', 'contract'),
};
