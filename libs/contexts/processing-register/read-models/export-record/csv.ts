import type { ProcessingRecord, Stated } from './record';

/** What a spreadsheet would run as a formula at the beginning of a cell (also in the wide forms of East Asian scripts). */
const FORMULA = /^[\s\0]*[=+\-@\t\r＝＋－＠]/u;

/** A cell (RFC 4180) that stays text: a formula is disarmed by an apostrophe. */
export function cell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n;']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const columns = [
  'article',
  'as_of',
  'keeper',
  'keeper_contact',
  'joint_controllers',
  'representative',
  'data_protection_officer',
  'customer',
  'customer_contact',
  'agreement',
  'activity',
  'version',
  'title',
  'purposes',
  'legal_bases',
  'balancing_tests',
  'data_subjects',
  'categories',
  'recipients',
  'third_country_transfers',
  'retention',
  'security',
  'instruction',
  'instructed',
  'suspended',
  'observed',
  'conflicts',
  'unconfirmed',
] as const;

const period = ({ from, until = '' }: { readonly from: string; readonly until?: string }): string => `${from}–${until}`;

/** One line for each activity, with the keeper repeated, so that each line stands for itself. */
export function csvOf(record: ProcessingRecord): string {
  const { keeper, customer } = record;
  const mark = record.language === 'nb' ? 'ikke bekreftet' : 'unconfirmed';
  const listed = (all: readonly Stated[]) => all.map((one) => (one.unconfirmed ? `${one.label} [${mark}]` : one.label)).join('; ');
  const missing = (value: string | null) => value ?? `[${mark}]`;
  const rows = record.entries.map((entry) => ({
    article: `GDPR art. ${record.article}`,
    as_of: record.asOf,
    keeper: `${keeper.name} (${keeper.organisationNumber})`,
    keeper_contact: `${keeper.phone}; ${keeper.website}`,
    joint_controllers: missing(keeper.jointControllers),
    representative: missing(keeper.representative),
    data_protection_officer: missing(keeper.dataProtectionOfficer),
    customer: customer ? `${customer.name} (${customer.reference})` : '',
    customer_contact: customer?.contact ?? '',
    agreement: customer?.agreement ? `${customer.agreement.version} ${period(customer.agreement)}` : '',
    activity: entry.id,
    version: String(entry.version),
    title: entry.title,
    purposes: listed(entry.purposes),
    legal_bases: listed(entry.legalBases),
    balancing_tests: entry.balancing
      .map((one) => `${listed([one])}: ${one.test.document ?? ''} ${one.test.reviewBy ?? ''}`.trim())
      .join('; '),
    data_subjects: listed(entry.dataSubjects),
    categories: entry.categories.map((category) => `${category.label}: ${listed(category.fields)}`).join('; '),
    recipients: entry.recipients.map((one) => `${listed([one])} (${one.capacity}, ${one.location}): ${one.fields.join(' ')}`).join('; '),
    third_country_transfers: entry.transfers.length === 0 ? (record.language === 'nb' ? 'ingen' : 'none') : entry.transfers.join('; '),
    retention: listed(entry.retention),
    security: listed(entry.security),
    instruction: entry.instruction ?? '',
    instructed: entry.instructed ? period(entry.instructed) : '',
    suspended: entry.suspended ? `${entry.suspended.conflict}: ${entry.suspended.why}` : '',
    observed: entry.observed ? `${entry.observed.since}–${entry.observed.last}: ${entry.observed.uses}` : '',
    conflicts: entry.conflicts.join('; '),
    unconfirmed: entry.unconfirmed.join('; '),
  }));
  const lines = [columns.join(','), ...rows.map((row) => columns.map((column) => cell(row[column])).join(','))];
  // With a byte order mark, or a spreadsheet takes æøå for something else.
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}
