/** What ledgers say, for those who fold them without a database beside them, as the auditor does. The rest stands in `contract.ts`. */
export { ledgerOf, ledgerStreams } from './events';
export type { LedgerEvent } from './events';
export { withRelation } from './relations.state';
export { changesKeeping, keepingFacts } from './keeping.events';
