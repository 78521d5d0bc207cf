export * from './port';
export { openEventLog } from './event-store-db';
export * from './decisions';
