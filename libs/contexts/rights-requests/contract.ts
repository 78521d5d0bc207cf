/** What other contexts may know of rights requests. */
export { rightsRequests } from './decider';
export { requestStream } from './events';
export type { RightsRequestReceived } from './events';
