import type { RequestedUse } from '@hjemmel/admission';

/** To keep evidence of what a person chose is a use of its own (GDPR art. 7(1)), admitted with the choice. */
export const consentEvidence: RequestedUse = {
  kind: 'processing',
  activity: 'C-9',
  purpose: 'consent-evidence',
  categories: ['consent.record'],
};
