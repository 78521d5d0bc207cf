/** Equality of JSON values whatever the order of their properties; a property that is undefined is none. */
export function isSame(a: unknown, b: unknown): boolean {
  if (!isObject(a) || !isObject(b)) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  return Array.isArray(a) && Array.isArray(b) && a.length !== b.length ? false : differingKeys(a, b).length === 0;
}

/** Properties in which two objects differ, in the order of the first and then of the second. */
export function differingKeys(a: object, b: object): string[] {
  const [left, right] = [a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>];
  const keys = [...Object.keys(left), ...Object.keys(right).filter((key) => !Object.hasOwn(left, key))];
  return keys.filter((key) => !isSame(own(left, key), own(right, key)));
}

/** The named properties of an object in one line, for people: `basis {"code":"6(1)(a)"}`. */
export const shownKeys = (of: object, keys: readonly string[]): string =>
  keys.map((key) => `${key} ${shown(own(of as Readonly<Record<string, unknown>>, key))}`).join(', ');

const LONGEST = 80;

function shown(value: unknown): string {
  const text = value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

const own = (of: Readonly<Record<string, unknown>>, key: string): unknown => (Object.hasOwn(of, key) ? of[key] : undefined);

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
