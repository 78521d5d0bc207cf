import { OperatorError } from './failure';

/**
 * Typed reading of environment variables. An empty variable counts as not set. A value that makes no sense throws an
 * {@link OperatorError} that names the variable; the value itself is never repeated, it may hold a secret.
 */
export interface Settings {
  text(name: string): string | undefined;
  text(name: string, fallback: string): string;
  /** A TCP port from 1 to 65535. */
  port(name: string): number | undefined;
  port(name: string, fallback: number): number;
  /** A whole number within bounds. */
  integer(name: string, fallback: number, bounds?: { readonly min?: number; readonly max?: number }): number;
  /** Milliseconds, from such as `250ms`, `10s`, `15m`, `2h` or `30d`. */
  durationMs(name: string, fallback: string): number;
  /** A URL of one of the protocols (with their colon: `postgres:`), as it was written. */
  url(name: string, protocols: readonly string[]): string | undefined;
  /** One of a closed list. */
  choice<T extends string>(name: string, choices: readonly T[], fallback: T): T;
  /** `true`/`false`, `1`/`0`, `yes`/`no`. */
  flag(name: string, fallback: boolean): boolean;
  /** A variable that must be set. */
  required(name: string): string;
}

const UNITS_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export function settings(env: Readonly<Record<string, string | undefined>>): Settings {
  const given = (name: string): string | undefined => env[name]?.trim() || undefined;
  const wrong = (name: string, expected: string): never => {
    throw new OperatorError(`${name} must be ${expected}`);
  };
  const whole = (name: string, value: string, min: number, max: number): number => {
    const number = /^-?\d{1,15}$/.test(value) ? Number(value) : NaN;
    return number >= min && number <= max ? number : wrong(name, `a whole number from ${min} to ${max}`);
  };
  const duration = (name: string, value: string): number => {
    const [, amount, unit] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(value) ?? [];
    return amount !== undefined && unit !== undefined
      ? Number(amount) * UNITS_MS[unit as keyof typeof UNITS_MS]
      : wrong(name, 'a duration such as 250ms, 10s, 15m, 2h or 30d');
  };
  function text(name: string): string | undefined;
  function text(name: string, fallback: string): string;
  function text(name: string, fallback?: string): string | undefined {
    return given(name) ?? fallback;
  }
  function port(name: string): number | undefined;
  function port(name: string, fallback: number): number;
  function port(name: string, fallback?: number): number | undefined {
    const value = given(name);
    return value === undefined ? fallback : whole(name, value, 1, 65_535);
  }
  return {
    text,
    port,
    integer: (name, fallback, { min = 0, max = Number.MAX_SAFE_INTEGER } = {}) => {
      const value = given(name);
      return value === undefined ? fallback : whole(name, value, min, max);
    },
    durationMs: (name, fallback) => duration(name, given(name) ?? fallback),
    url: (name, protocols) => {
      const value = given(name);
      if (value === undefined) return undefined;
      // Not parsed further: connection strings of clusters name several hosts, which is no URL to the URL class.
      const known = protocols.some((protocol) => value.startsWith(`${protocol}//`) && value.length > protocol.length + 2);
      return known && !/\s/.test(value) ? value : wrong(name, `a URL that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`);
    },
    choice: (name, choices, fallback) => {
      const value = given(name);
      if (value === undefined) return fallback;
      return choices.find((choice) => choice === value) ?? wrong(name, `one of ${choices.join(', ')}`);
    },
    flag: (name, fallback) => {
      const value = given(name)?.toLowerCase();
      if (value === undefined) return fallback;
      if (['true', '1', 'yes'].includes(value)) return true;
      return ['false', '0', 'no'].includes(value) ? false : wrong(name, 'true or false');
    },
    required: (name) => given(name) ?? wrong(name, 'set'),
  };
}
