/** What other contexts may know of the privacy statement. */
export { partKinds, statementStream } from './events';
export { Statements } from './statements';
export type { StatementVersion } from './statements';
export type {
  Classification,
  CoveredPart,
  Language,
  PartKind,
  PrivacyNoticeEvent,
  PrivacyStatementPublished,
  StatementSection,
  StatementText,
} from './events';
export { evolve as evolvePrivacyNotice, nothingPublished, statementInForce, statementsFrom } from './state';
export type { PrivacyNotice, PublishedStatement } from './state';
export { conflictsIn, conflictsOf } from './conflicts';
export type { Conflict, Wording } from './conflicts';
export { escaped, htmlPage, PAGE_POLICY } from './html-page';
