export * from './types';
export { admit } from './rules';
export type { Question } from './rules';
/** The type alone: grants are made where the import rules allow it, and passed on by everybody. */
export type { Grant } from './grant';
