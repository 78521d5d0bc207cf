import { ResolvedRecord } from './resolved-record';

/** Which events of `$all` a reader is shown. `type` is judged on the event behind a resolved link, `stream` on where the link stands. */
export interface FilterRule {
  readonly on: 'stream' | 'type';
  /** A .NET regular expression; the prefixes count only where it is empty. */
  readonly regex: string;
  readonly prefixes: readonly string[];
}

export type EventFilter = (resolved: ResolvedRecord) => boolean;

/** Throws a SyntaxError for a broken regular expression. An empty one and an empty list of prefixes match nothing. */
export function compileFilter({ on, regex, prefixes }: FilterRule): EventFilter {
  const matches = regex === '' ? startsWithAny(prefixes) : expression(regex);
  return on === 'stream'
    ? ({ link, event }) => matches((link ?? event)?.stream ?? '')
    : ({ link, event }) => matches((event ?? link)?.type ?? '');
}

function startsWithAny(prefixes: readonly string[]): (text: string) => boolean {
  return (text) => prefixes.some((prefix) => text.startsWith(prefix));
}

const INLINE_OPTIONS = /^\(\?([imsn]+)\)/;

/** The same language in the cases that differ between .NET's expressions and JavaScript's and are met in filters. */
function expression(source: string): (text: string) => boolean {
  const options = INLINE_OPTIONS.exec(source);
  const flags = [...new Set(options?.[1] ?? '')].filter((flag) => flag !== 'n').join('');
  const pattern = source
    .slice(options?.[0].length ?? 0)
    .replace(/\\A/g, '^')
    .replace(/\\[zZ]/g, '$');
  const compiled = new RegExp(pattern, flags);
  return (text) => compiled.test(text);
}
