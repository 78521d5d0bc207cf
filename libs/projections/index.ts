export * from './read-model';
export { ensureProjectionTables, projectionTables } from './tables';
export { runProjections } from './runner';
export type { ProjectionOptions, RunningProjections } from './runner';
export type * from './progress';
export { ProjectionError } from './errors';
export { checkpoints, PositionWaiter } from './position';
export type { Checkpoint } from './position';
