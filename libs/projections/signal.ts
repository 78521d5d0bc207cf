/** Wakes those who wait for something to change; they look again for themselves whether it is what they wait for. */
export class Signal {
  private waiting = new Set<() => void>();

  raise(): void {
    if (this.waiting.size === 0) return;
    const woken = this.waiting;
    this.waiting = new Set();
    for (const wake of woken) wake();
  }

  /** Settles at the next {@link raise}, or after so many milliseconds if that is sooner. */
  wait(atMostMs?: number): Promise<void> {
    return new Promise((settle) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        settle();
      };
      const timer = atMostMs === undefined ? undefined : setTimeout(wake, atMostMs);
      this.waiting.add(wake);
    });
  }
}

const FIRST_DELAY_MS = 50;
const LONGEST_DELAY_MS = 5_000;

/** How long to wait before the next try: twice as long each time, up to 5 s, spread so that several don't come back at once. */
export class Backoff {
  private failures = 0;

  next(): number {
    const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.failures++);
    return delay / 2 + (Math.random() * delay) / 2;
  }

  reset(): void {
    this.failures = 0;
  }
}
