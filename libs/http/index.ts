export { Allow, CallerOf, IdempotencyKey, Public } from './access';
export type { Access, Caller } from './access';
export { BodyBytes, TakesBytes } from './byte-bodies';
export { canonicalJson } from './canonical-json';
export { configureHttp, createHttpApplication, httpAdapter } from './configure';
export type { HttpParts } from './configure';
export { Consistency } from './consistency';
export type { WaitsForPosition } from './consistency';
export { HttpEdgeModule } from './http.module';
export { CommandGateway, CommandReply } from './idempotency';
export type { CommandAnswer, CommandCall, CommandContext } from './idempotency';
export { pruneIdempotency } from './idempotency-store';
export { idempotencyGrants, idempotencySchema } from './idempotency.sql';
export { AfterQuery, decodeCursor, DEFAULT_PAGE_SIZE, encodeCursor, PageQuery } from './paging';
export { isDatabaseOutage, ProblemFilter } from './problem-filter';
export { programLogger } from './request-log';
export { ensureHttpKeys, readHttpKeys } from './secrets';
export type { HttpKeys } from './secrets';
export { httpSettings } from './settings';
export type { HttpSettings } from './settings';
export * from './tokens';
export { ChecksMore, refuseFaults } from './validation/dto-pipe';
export {
  Instant,
  isInstant,
  isLogPosition,
  isPlainText,
  LogPosition,
  namesNobody,
  NamesNobody,
  Omittable,
  PlainText,
  SEMANTIC,
  stringThat,
} from './validation/rules';
export type { PlainTextOptions } from './validation/rules';
