/**
 * JSON in its one canonical form (RFC 8785): no white space, members sorted by UTF-16 code units, numbers and strings as
 * ECMAScript writes them. Members that are undefined are left out, as in `JSON.stringify`.
 * @throws TypeError for what JSON cannot say: NaN, infinities, lone surrogates
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError('a number is not finite');
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  let members = '';
  for (const name of Object.keys(value).sort()) {
    const member = (value as Record<string, unknown>)[name];
    if (member !== undefined) members += `${members === '' ? '' : ','}${quoted(name)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}

/** A lone surrogate is the one thing that JSON.stringify writes as an escape of a letter d. */
function quoted(text: string): string {
  const json = JSON.stringify(text);
  if (json.includes('\\ud') && /\p{Surrogate}/u.test(text)) throw new TypeError('a string is not well-formed');
  return json;
}
