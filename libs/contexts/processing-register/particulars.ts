import { company } from './events';

/**
 * Who keeps the record (GDPR art. 30(1)(a), 30(2)(a)), as the privacy statement says it. `null` is what it does not say: the record shows
 * it as missing until the company has settled it.
 */
export const particulars = {
  name: 'Jobbkort AS',
  organisationNumber: company,
  responsible: 'daglig leder',
  phone: '+47 21 08 05 70',
  website: 'jobbkort.no',
  address: null,
  representative: null,
  dataProtectionOfficer: null,
  jointControllers: null,
} as const;

/** What of it nobody has confirmed. */
export const unconfirmedParticulars = ['address', 'representative', 'dataProtectionOfficer', 'jointControllers'] as const;
