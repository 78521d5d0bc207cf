/** What other contexts may know of erasures and holds. */
export { RetentionModule } from './retention.module';
export { Erasures } from './erasure/erasures';
export type { AskedErasure, BegunErasure } from './erasure/erasures';
export { erasuresForRetention } from './erasure/for-retention';
export type { RetentionAsked } from './erasure/for-retention';
export { KeysHeld } from './erasure/facts';
export type { VaultKey } from './erasure/facts';
export { erasureStreams } from './erasure/events';
export type { ErasureEvent } from './erasure/events';
