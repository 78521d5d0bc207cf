import { UnwritableRow } from './store';

/** What went wrong in the runner, in words that hold no personal data: no message of Postgres' or of a fold's is repeated. */
export class ProjectionError extends Error {
  constructor(
    message: string,
    /** The read model concerned; undefined where it is the feed of several. */
    readonly model: string | undefined,
    /** Whether the runner tries again by itself. */
    readonly retrying: boolean,
  ) {
    super(message);
    this.name = 'ProjectionError';
  }
}

/** Names an error without what it says: its code (SQLSTATE, errno) or else its class. */
export function nameOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return typeof error;
  return codeOf(error) ?? ('name' in error && typeof error.name === 'string' ? error.name : 'object');
}

/** Where in the program an error arose, such as `fold (…/orders.ts:12:9)`. */
export function placeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('stack' in error) || typeof error.stack !== 'string') return undefined;
  const frame = error.stack.split('\n').find((line) => /^\s+at .+:\d+:\d+\)?$/.test(line));
  return frame?.trim().slice(3);
}

/**
 * Whether the data is at fault and not the connection, so that trying again gives the same: SQLSTATE classes 21, 22 and 23
 * (cardinality, data exception, integrity constraint violation), 54 (a limit exceeded), or a row that is no JSON.
 */
export function isAboutData(error: unknown): boolean {
  return error instanceof UnwritableRow || /^(21|22|23|54)...$/.test(codeOf(error) ?? '');
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined; // not instanceof: it may come from another realm
  return typeof error.code === 'string' ? error.code : undefined;
}
