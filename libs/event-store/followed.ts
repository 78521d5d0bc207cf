import { setTimeout as pause } from 'node:timers/promises';
import { DomainEvent, Recorded } from '@hjemmel/kernel';
import { EventLog, StreamFilter, Subscription } from './port';

const RETRY_MS = 500;
/** A position that does not come (the log is away, or it was of a stream that is not followed) is not waited for any longer. */
const REACH_MS = 5_000;

/**
 * A small state (a register, the versions of a text) folded from the log and kept current by a subscription. For what every command
 * needs and what changes seldom; it lies in memory as a whole.
 */
export class Followed<S> {
  private current: S;
  private from: bigint | undefined;
  private subscription: Subscription | undefined;
  private closed = false;
  private readonly waiting = new Set<{ readonly position: bigint; readonly reached: () => void }>();
  private readonly caughtUp: Promise<void>;

  constructor(
    private readonly log: EventLog,
    private readonly filter: StreamFilter,
    initial: S,
    private readonly evolve: (state: S, recorded: Recorded) => S,
    private readonly onLost: (error: unknown) => void = () => undefined,
  ) {
    this.current = initial;
    this.caughtUp = new Promise((resolve) => void this.follow(resolve));
  }

  get state(): S {
    return this.current;
  }

  /** Position of the last event that is folded in; -1n where there is none. */
  get position(): bigint {
    return this.from ?? -1n;
  }

  /** Settles when everything that was in the log at the start is folded in. */
  ready(): Promise<void> {
    return this.caughtUp;
  }

  /** Settles when the event at a position is folded in, or after a while without it. */
  async reaches(position: bigint): Promise<void> {
    if (position <= this.position) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      const waits = { position, reached: resolve };
      this.waiting.add(waits);
      timer = setTimeout(() => {
        this.waiting.delete(waits);
        resolve();
      }, REACH_MS);
    });
    clearTimeout(timer);
  }

  /** Folds in what the caller has just appended itself, without waiting for the subscription to bring it. */
  async refresh(): Promise<void> {
    for await (const recorded of this.log.readFiltered(this.filter)) this.take(recorded);
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.subscription?.close();
  }

  private async follow(caughtUp: () => void): Promise<void> {
    while (!this.closed) {
      try {
        this.subscription = this.log.subscribeToAll({ filter: this.filter, ...(this.from !== undefined && { from: this.from }) });
        for await (const message of this.subscription) {
          if (message.kind === 'event') this.take(message.recorded);
          if (message.kind === 'caughtUp') caughtUp();
        }
      } catch (error) {
        if (!this.closed) this.onLost(error);
      }
      if (!this.closed) await pause(RETRY_MS);
    }
  }

  private take(recorded: Recorded<DomainEvent>): void {
    if (this.from !== undefined && recorded.position <= this.from) return;
    this.from = recorded.position;
    this.current = this.evolve(this.current, recorded);
    for (const waits of this.waiting) {
      if (waits.position > recorded.position) continue;
      this.waiting.delete(waits);
      waits.reached();
    }
  }
}
