/** What other contexts may know of the privacy statement. */
export { statementStream } from './events';
export type { Language, PrivacyNoticeEvent, PrivacyStatementPublished, StatementSection, StatementText } from './events';
export { evolve as evolvePrivacyNotice, nothingPublished, statementInForce, statementsFrom } from './state';
export type { PrivacyNotice, PublishedStatement } from './state';
