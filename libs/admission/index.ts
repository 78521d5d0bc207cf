export * from './types';
export { admit } from './rules';
export type { Question } from './rules';
