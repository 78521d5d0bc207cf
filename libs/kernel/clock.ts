/** The clock as a part that is handed in, so that no decision reads it by itself. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** A clock that stands still until moved: for specs and replays. */
export function fixedClock(at: string | Date): Clock & { set(at: string | Date): void } {
  let instant = new Date(at);
  return { now: () => new Date(instant), set: (next) => void (instant = new Date(next)) };
}
