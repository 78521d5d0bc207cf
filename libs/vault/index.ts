export { Identities } from './identities';
export type { IdentityClaim } from './identities';
export { KeyStore } from './key-store';
export type { RetentionClass, StoredKey } from './key-store';
export { vaultSchema } from './schema.sql';
export { CannotOpen, isSealed, parseSealed } from './sealing';
export type { FieldPlace, Sealed } from './sealing';
export { Vault } from './vault';
export type { Opened, SealedField, Sealer } from './vault';
