import type { NationalIdRules } from '@hjemmel/kernel/identifiers';

/** Which national identity numbers this installation serves; see {@link NationalIdRules}. */
export type NationalIds = Omit<NationalIdRules, 'on'>;
export const NATIONAL_IDS = Symbol('NationalIds');
