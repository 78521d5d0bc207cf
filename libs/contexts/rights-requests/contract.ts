/** What other contexts may know of rights requests. */
export type { RightsRequestReceived } from './events';
