/** Equality of JSON values whatever the order of their properties; a property that is undefined is none. */
export function isSame(a: unknown, b: unknown): boolean {
  if (!isObject(a) || !isObject(b)) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  return Array.isArray(a) && Array.isArray(b) && a.length !== b.length ? false : differingKeys(a, b).length === 0;
}

/** Properties in which two objects differ, in the order of the first and then of the second. */
function differingKeys(a: object, b: object): string[] {
  const keys = [...Object.keys(a), ...Object.keys(b).filter((key) => !Object.hasOwn(a, key))];
  return keys.filter((key) => !isSame(own(a, key), own(b, key)));
}

/** The same, dotted, down to what differs inside them: `basis.code`. Lists are told whole. */
export function differingPaths(a: object, b: object): string[] {
  return differingKeys(a, b).flatMap((key) => {
    const [left, right] = [own(a, key), own(b, key)];
    const isBoth = isObject(left) && isObject(right) && !Array.isArray(left) && !Array.isArray(right);
    return isBoth ? differingPaths(left, right).map((path) => `${key}.${path}`) : [key];
  });
}

/** What stands at these paths of an object in one line, for people: `basis.code 6(1)(a), statement.version 2023-12-20`. */
export const shownAt = (of: object, paths: readonly string[]): string =>
  paths
    .map((path) => `${path} ${shown(path.split('.').reduce<unknown>((value, key) => (isObject(value) ? own(value, key) : undefined), of))}`)
    .join(', ');

const LONGEST = 80;

function shown(value: unknown): string {
  const text =
    value === undefined
      ? '–'
      : typeof value === 'string'
        ? value
        : Array.isArray(value)
          ? value.map(shown).join(' ')
          : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

const own = (of: object, key: string): unknown => (Object.hasOwn(of, key) ? (of as Readonly<Record<string, unknown>>)[key] : undefined);

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
