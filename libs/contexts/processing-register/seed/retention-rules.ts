import type { RetentionRule } from '../retention/events';

const set = (trigger: string, length: string | undefined, basis: string, note?: string): RetentionRule => ({
  trigger,
  ...(length !== undefined && { length }),
  basis,
  ...(note !== undefined && { note }),
  confirmed: true,
});
const assumed = (...rule: Parameters<typeof set>): RetentionRule => ({ ...set(...rule), confirmed: false });

/** How long data is kept, as the register's entries refer to it by id (record of processing activities, section D and the retention columns of A and B). */
export const retentionRules: Readonly<Record<string, RetentionRule>> = {
  'bokforing-5y': set('end-of-financial-year', 'P5Y', 'bokføringsloven § 13', 'fields of invoices and vouchers only'),
  'bokforing-3y6m': set(
    'end-of-financial-year',
    'P3Y6M',
    'bokføringsloven § 13',
    'agreements of substance, material correspondence, packing slips, price lists',
  ),
  'sitelist-6m': set('works-finished', 'P6M', 'byggherreforskriften § 15'),
  'card-life': set('card-issued', 'P2Y', 'HMS-card scheme', 'at most; the date of expiry on the card; shorter on block or return'),
  renewal: assumed('card-expired', 'P3M', 'GDPR art. 6(1)(f)', 'must be configured'),
  idcopy: assumed('card-issued', 'P30D', 'GDPR art. 5(1)(c)'),
  'order-3y': assumed('contract-ended', 'P3Y', 'foreldelsesloven'),
  'consent-proof': assumed('last-use-or-withdrawal', 'P3Y', 'GDPR art. 5(2), 7(1)', 'the subject key is destroyed after it'),
  'request-file': assumed('case-closed', 'P3Y', 'GDPR art. 5(2)', 'minimised copy'),
  'analytics-raw': assumed('collected', 'P30D', 'GDPR art. 5(1)(c)', 'then aggregates only'),
  backup: assumed('snapshot-taken', 'P35D', 'GDPR art. 32', 'erased keys are excluded: the key store has its own short cycle'),

  'card-issued-90d': assumed('card-issued', 'P90D', 'GDPR art. 5(1)(c)', 'where the agreement does not say renewal'),
  'card-expiry-3m': assumed('card-expired', 'P3M', 'GDPR art. 5(1)(e)'),
  'delivery-90d': assumed('delivered', 'P90D', 'GDPR art. 5(1)(e)', 'unless a reorder is agreed'),
  'enquiry-12m': assumed('case-closed', 'P12M', 'GDPR art. 5(1)(e)'),
  'identity-evidence-30d': assumed('collected', 'P30D', 'GDPR art. 12(6)', 'or at confirmation, if that is earlier'),
  'marketing-until-objection': set('withdrawn-or-objected', undefined, 'GDPR art. 7(3), 21(3)'),
  'suppression-while-marketing': set('marketing-ended', undefined, 'GDPR art. 21(3)', 'keyed hash only'),
  session: set('session-ended', undefined, 'ekomloven § 3-15'),
  'consent-choice-12m': assumed('choice-made', 'P12M', 'ekomloven § 3-15', 'at most'),
  'ad-provider-life': set('provider-deletes', undefined, 'GDPR art. 6(1)(a)', 'the log of the consent itself is ours'),
  'troubleshooting-raw': assumed('collected', 'P14D', 'GDPR art. 5(1)(c)'),
  'aggregate-unlimited': assumed('service-ended', undefined, 'GDPR rec. 26', 'groups of at least ten'),
  'log-life': set('service-ended', undefined, 'GDPR art. 5(2)'),
  'actor-names-2y': assumed('recorded', 'P2Y', 'GDPR art. 5(1)(e)', 'then shredded'),
  'breach-5y': assumed('case-closed', 'P5Y', 'GDPR art. 33(5)'),
  'disclosure-5y': assumed('disclosed', 'P5Y', 'GDPR art. 5(2)'),
  'staff-3y': assumed('employment-ended', 'P3Y', 'GDPR art. 5(2)'),
  'supplier-3y': assumed('contract-ended', 'P3Y', 'foreldelsesloven'),
};
