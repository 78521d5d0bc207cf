/** What the edge needs from the program that it stands in; a global module of that program provides it. */

/** {@link HttpSettings} */
export const HTTP_SETTINGS = Symbol('HTTP_SETTINGS');
/** {@link HttpKeys} */
export const HTTP_KEYS = Symbol('HTTP_KEYS');
/** A `pg.Pool` that may read and write `command.idempotency`. */
export const IDEMPOTENCY_POOL = Symbol('IDEMPOTENCY_POOL');
/** {@link WaitsForPosition} */
export const POSITION_WAITER = Symbol('POSITION_WAITER');
/** The kernel's `Clock`. */
export const HTTP_CLOCK = Symbol('HTTP_CLOCK');
