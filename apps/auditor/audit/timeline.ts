interface Moment<T> {
  readonly position: bigint;
  /** Milliseconds since 1970. */
  readonly recordedAt: number;
  readonly value: T;
}

/** A value that changes now and then, as it stood at any position of the log. Moments are added in the log's order. */
export class Timeline<T> {
  private readonly moments: Moment<T>[] = [];

  add(position: bigint, recordedAt: Date, value: T): void {
    this.moments.push({ position, recordedAt: recordedAt.getTime(), value });
  }

  /** The value after everything up to and including this position; undefined where nothing had been said by then. */
  upTo(position: bigint): T | undefined {
    return this.last((moment) => moment.position <= position);
  }

  /** The value that who knew everything up to a position must have known besides: what the log had recorded by an instant, before another position. */
  upToOrBy(position: bigint, instant: number, before: bigint): T | undefined {
    return this.last((moment) => moment.position <= position || (moment.position < before && moment.recordedAt <= instant));
  }

  /** The values that came to stand after an instant and before a position, newest first, and the one that stood at the instant. */
  since(instant: number, before: bigint): T[] {
    const values: T[] = [];
    for (const { position, recordedAt, value } of this.moments.toReversed()) {
      if (position < before) values.push(value);
      if (position < before && recordedAt <= instant) break;
    }
    return values;
  }

  /** Looked for from the end: what is asked for is the newest nearly always, and moments are few. */
  private last(holds: (moment: Moment<T>) => boolean): T | undefined {
    for (let i = this.moments.length - 1; i >= 0; i--) if (holds(this.moments[i]!)) return this.moments[i]!.value;
    return undefined;
  }
}
