export * from './port';
export { openEventLog } from './event-store-db';
export * from './decisions';
export * from './followed';

/** Names the log's port where parts are wired together. */
export const EVENT_LOG = Symbol('EventLog');
