export const organisationNumberFaults = ['not-nine-digits', 'check-digit', 'unknown-series', 'synthetic-not-allowed'] as const;
export type OrganisationNumberFault = (typeof organisationNumberFaults)[number];

export type OrganisationNumberVerdict =
  { readonly ok: true; readonly synthetic: boolean } | { readonly ok: false; readonly fault: OrganisationNumberFault };

const weights = [3, 2, 7, 6, 5, 4, 3, 2, 1];

/**
 * Checks an organisation number: nine digits and nothing else, check digit by modulus 11 (Enhetsregisteret), series 8 or 9 for real units, 2 or 3 for the
 * made ones of Skatteetaten's Tenor. Real units pass where `kind` is `synthetic` too: unlike a person, a real company harms nobody in a
 * test, and the company that runs this program is one. Never throws.
 */
export function checkOrganisationNumber(value: string, { kind }: { readonly kind: 'real' | 'synthetic' }): OrganisationNumberVerdict {
  if (!/^[0-9]{9}$/.test(value)) return { ok: false, fault: 'not-nine-digits' };
  if (weights.reduce((sum, weight, i) => sum + weight * Number(value[i]), 0) % 11 !== 0) return { ok: false, fault: 'check-digit' };
  const synthetic = /^[23]/.test(value);
  if (!synthetic && !/^[89]/.test(value)) return { ok: false, fault: 'unknown-series' };
  return synthetic && kind === 'real' ? { ok: false, fault: 'synthetic-not-allowed' } : { ok: true, synthetic };
}
