import { JsonTokens } from './json-tokens';

/** The system metadata of a stream that hides its events, as EventStoreDB reads it from the newest event of `$$stream`. */
export interface StreamMetadata {
  /** Only so many of the newest events are visible; greater than 0. */
  readonly maxCount?: number;
  /** Events older than so many seconds are hidden; greater than 0. */
  readonly maxAge?: number;
  /** Events before this revision are hidden. */
  readonly truncateBefore?: number;
  /** `$tb` is int64 max: the stream reads as missing until it is written again. */
  readonly softDeleted?: true;
}

export const NO_METADATA: StreamMetadata = Object.freeze({});
/** The metadata of every `$$stream`: only its newest event counts, and nothing that is written about it changes that. */
export const METADATA_OF_METASTREAMS: StreamMetadata = Object.freeze({ maxCount: 1 });

export const METADATA_TYPE = '$metadata';
export const isMetastream = (stream: string): boolean => stream.startsWith('$$');
export const metastreamOf = (stream: string): string => `$$${stream}`;
export const originalOf = (metastream: string): string => metastream.slice(2);

/** What a soft delete writes. By hand, for int64 max is not a number that JSON.stringify could write. */
export const SOFT_DELETE = Buffer.from('{"$tb":9223372036854775807}');

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);
/** TimeSpan.FromSeconds takes no more. */
const MAX_SECONDS = 922_337_203_685;
const ACL_KEYS = new Set(['$r', '$w', '$d', '$mr', '$mw']);

/**
 * Reads stream metadata as strictly as the server does: one system field of a wrong type makes all of it count as absent; unknown
 * fields are the user's own; the last of two equal fields wins.
 */
export function parseStreamMetadata(data: Buffer): StreamMetadata {
  try {
    return readFields(new JsonTokens(data.toString('utf8')));
  } catch (error) {
    if (error instanceof SyntaxError) return NO_METADATA;
    throw error;
  }
}

function readFields(tokens: JsonTokens): StreamMetadata {
  let maxCount: bigint | undefined;
  let maxAge: bigint | undefined;
  let truncateBefore: bigint | undefined;
  tokens.object((name) => {
    if (name === '$maxCount') maxCount = tokens.integer(INT64_MIN, INT64_MAX);
    else if (name === '$maxAge') maxAge = tokens.integer(BigInt(-MAX_SECONDS), BigInt(MAX_SECONDS));
    else if (name === '$tb') truncateBefore = tokens.integer(INT64_MIN, INT64_MAX);
    else if (name === '$cacheControl') tokens.integer(BigInt(-MAX_SECONDS), BigInt(MAX_SECONDS));
    else if (name === '$tempStream') tokens.boolean();
    else if (name === '$acl') readAcl(tokens);
    else tokens.skipValue();
  });
  return {
    ...(maxCount !== undefined && maxCount > 0n && { maxCount: Number(maxCount) }),
    ...(maxAge !== undefined && maxAge > 0n && { maxAge: Number(maxAge) }),
    ...(truncateBefore !== undefined && truncateBefore >= 0n && { truncateBefore: Number(truncateBefore) }),
    ...(truncateBefore === INT64_MAX && { softDeleted: true as const }),
  };
}

function readAcl(tokens: JsonTokens): void {
  tokens.object((name) => {
    if (!ACL_KEYS.has(name)) throw new SyntaxError(`${name} is no field of an access control list`);
    if (tokens.peek() === '[') tokens.array(() => tokens.string());
    else tokens.string();
  });
}

/**
 * The metadata that a write to a soft-deleted stream leaves behind: what stood there with `$tb` moved to the first new revision.
 * Undefined where what stood there is no JSON object; then the server leaves it as it is.
 */
export function withTruncateBefore(data: Buffer, revision: number): Buffer | undefined {
  try {
    const fields: unknown = JSON.parse(data.toString('utf8'));
    if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return undefined;
    return Buffer.from(JSON.stringify({ ...fields, $tb: revision }));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
