export * from './clock';
export * from './decider';
export * from './event';
export * from './ids';
export * from './json';
export * from './problem';
export { MicroBatch } from './micro-batch';
