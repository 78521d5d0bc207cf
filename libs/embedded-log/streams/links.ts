/** `$>`: an event whose data, `revision@stream`, stands for another event. */
export const LINK_TYPE = '$>';

const INTEGER = /^\s*[+-]?\d+\s*$/;
const INT64_MAX = 2n ** 63n - 1n;

/** Stands for the newest event of the stream, as the server reads revision -1. */
export const NEWEST = -1;

/**
 * Which event a link names: the part before the first `@` is its revision. Undefined where the data is no link; the event is then shown
 * as it is. A revision that no stream reaches comes back as Infinity.
 */
export function parseLink(data: Buffer): { readonly stream: string; readonly revision: number } | undefined {
  const text = data.toString('utf8');
  const at = text.indexOf('@');
  const digits = text.slice(0, Math.max(at, 0));
  const stream = text.slice(at + 1);
  if (at < 0 || stream === '' || !INTEGER.test(digits)) return undefined;
  const revision = BigInt(digits.trim().replace(/^\+/, ''));
  if (revision < NEWEST || revision > INT64_MAX) return undefined;
  return { stream, revision: revision > BigInt(Number.MAX_SAFE_INTEGER) ? Infinity : Number(revision) };
}
