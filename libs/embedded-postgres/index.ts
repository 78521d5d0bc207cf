export type { OtherUser } from './identity';
export { postgresUser } from './identity';
