import { EventLog, Subscription, SubscriptionMessage } from '@hjemmel/event-store/port';
import { nameOf, ProjectionError } from './errors';
import { ModelRunner } from './model-runner';
import { Backoff, Signal } from './signal';

export interface FeedHooks {
  /** The feed is at `position` and has offered everything up to there to its members. */
  readonly reached: (feed: Feed) => void;
  /** These members hold back others that have nothing to do: they are to be given a feed of their own. */
  readonly tooSlow: (feed: Feed, members: readonly ModelRunner[]) => void;
  readonly onError: (error: ProjectionError) => void;
}

/** One subscription to the log that offers each event to all its members. It waits for a full one, but not while another starves. */
export class Feed {
  readonly members = new Set<ModelRunner>();
  private live = false;
  private paused = false;
  private closed = false;
  private subscription: Subscription | undefined;
  private readonly changed = new Signal();
  private readonly backoff = new Backoff();

  constructor(
    private readonly log: EventLog,
    /** Everything up to here was offered to every member; -1n at the beginning of the log. */
    public position: bigint,
    /** For how long a full member may hold back one that has nothing to do. */
    private readonly patienceMs: number,
    private readonly hooks: FeedHooks,
  ) {}

  /** The member must have seen at least all that this feed has offered. */
  join(member: ModelRunner): void {
    this.members.add(member);
    member.live = this.live;
  }

  leave(member: ModelRunner): void {
    if (this.members.delete(member)) member.live = false;
    this.changed.raise();
  }

  /** Whether a member that joins now will be offered the next event at once. */
  get flowing(): boolean {
    return this.live && !this.paused;
  }

  /** A member made room or ran out of work. */
  stir(): void {
    this.changed.raise();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.changed.raise();
    await this.subscription?.close();
  }

  /** Settles when closed. Never fails: a lost connection is made anew from where it broke off. */
  async run(): Promise<void> {
    while (!this.closed) {
      try {
        await this.follow();
      } catch (error) {
        if (this.closed) return;
        this.setLive(false);
        this.hooks.onError(new ProjectionError(`the log answers ${nameOf(error)}, subscribing again`, undefined, true));
        await this.changed.wait(this.backoff.next());
      }
    }
  }

  private async follow(): Promise<void> {
    this.subscription = this.log.subscribeToAll(this.position < 0n ? {} : { from: this.position });
    try {
      for await (const message of this.subscription) {
        if (this.closed) return;
        this.dispatch(message);
        if (this.anyFull()) await this.makeRoom();
      }
    } finally {
      await this.subscription.close();
    }
    if (!this.closed) throw new SubscriptionEnded();
  }

  private dispatch(message: SubscriptionMessage): void {
    this.backoff.reset();
    if (message.kind === 'event') {
      for (const member of this.members) member.offer(message.recorded);
      this.position = message.recorded.position;
    } else if (message.kind === 'checkpoint') {
      for (const member of this.members) member.pass(message.position);
      if (message.position > this.position) this.position = message.position;
    } else {
      this.setLive(true);
    }
    this.hooks.reached(this);
  }

  private setLive(live: boolean): void {
    this.live = live;
    for (const member of this.members) member.live = live;
  }

  private anyFull(): boolean {
    for (const member of this.members) if (member.full) return true;
    return false;
  }

  private async makeRoom(): Promise<void> {
    let starvingSince: number | undefined;
    this.paused = true;
    while (!this.closed) {
      const members = [...this.members];
      const full = members.filter((member) => member.full);
      if (full.length === 0) break;
      if (!members.some((member) => member.idle)) starvingSince = undefined;
      else starvingSince ??= performance.now();
      const patience = starvingSince === undefined ? undefined : starvingSince + this.patienceMs - performance.now();
      if (patience !== undefined && patience <= 0) this.hooks.tooSlow(this, full);
      else await this.changed.wait(patience);
    }
    this.paused = false;
  }
}

class SubscriptionEnded extends Error {
  constructor() {
    super('the subscription ended');
    this.name = 'SubscriptionEnded';
  }
}
