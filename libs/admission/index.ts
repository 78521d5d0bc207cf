export * from './types';
export { admit, RULES_VERSION } from './rules';
export { consentBasesFor, isLive } from './bases';
export { questionOf } from './question';
export type { Norms, Question, Reason } from './question';
/** The type alone: grants are made where the import rules allow it, and passed on by everybody. */
export type { Grant } from './grant';
