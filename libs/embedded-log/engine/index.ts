export * from './contract';
export type { EngineOptions, Notice } from './options';
export { openEngine } from './open';
export type { Engine } from './engine';
