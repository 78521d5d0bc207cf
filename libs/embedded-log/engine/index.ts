export * from './contract';
export type { EngineOptions, Notice } from './options';
export { openEngine } from './open';
