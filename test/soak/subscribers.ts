import { setTimeout as pause } from 'node:timers/promises';
import {
  AllStreamSubscription,
  EventStoreDBClient,
  eventTypeFilter,
  Filter,
  RecordedEvent,
  ResolvedEvent,
  START,
  StreamSubscription,
  streamNameFilter,
} from '@eventstore/db-client';
import { Account } from './account';
import { NumberList } from './numbers';
import { isLost } from './persistently';
import { SoakServer } from './soak-server';

/** Streams whose events may be removed by compaction while the soak runs: nobody can demand to be delivered all of them. */
export const isRemovable = (stream: string): boolean =>
  stream.startsWith('$') || stream.startsWith('doomed-') || stream.startsWith('limited-');

export interface Wanted {
  readonly name: string;
  /** Of one stream, or else of `$all`. */
  readonly stream?: string;
  readonly filter?: () => Filter;
  matches(event: RecordedEvent): boolean;
}

export const WANTED: readonly Wanted[] = [
  { name: '$all', matches: () => true },
  {
    name: '$all, by stream prefix',
    filter: () => streamNameFilter({ prefixes: ['exact-', 'new-1'] }),
    matches: ({ streamId }) => streamId.startsWith('exact-') || streamId.startsWith('new-1'),
  },
  {
    name: '$all, by a regular expression of types',
    filter: () => eventTypeFilter({ regex: '^Soak.*ned$' }),
    matches: ({ type }) => type === 'SoakScanned',
  },
  { name: 'a stream', stream: 'exact-0', matches: ({ streamId }) => streamId === 'exact-0' },
  { name: 'a contended stream', stream: 'contended', matches: ({ streamId }) => streamId === 'contended' },
];

/**
 * Follows the log and keeps the position of each event that came. After a lost connection it goes on from its checkpoint, and now and then
 * from one that lies further back, as a program does that lost its own: then everything must come once more.
 */
export class Subscriber {
  /** Commit positions of what came, in order. */
  readonly delivered = new NumberList();
  private readonly revisions = new NumberList();
  private checkpoint = -1;
  private subscription: AllStreamSubscription | StreamSubscription | undefined;
  private readonly done: Promise<void>;
  private stopped = false;

  constructor(
    readonly wanted: Wanted,
    private readonly server: SoakServer,
    private readonly account: Account,
    private readonly client: EventStoreDBClient,
  ) {
    this.done = this.follow();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.subscription?.unsubscribe().catch(() => undefined);
    await this.done;
  }

  /** Ends the subscription as if its program had ended, with a checkpoint that lies back. */
  async relapse(): Promise<void> {
    const { length } = this.delivered;
    const keep = Math.max(0, length - Math.floor(Math.random() * 500));
    const { subscription } = this;
    this.subscription = undefined; // what it still delivers is passed over
    this.delivered.truncate(keep);
    this.revisions.truncate(keep);
    this.checkpoint = this.delivered.last ?? -1;
    this.account.count('subscriptions set back');
    await subscription?.unsubscribe().catch(() => undefined);
  }

  private async follow(): Promise<void> {
    while (!this.stopped) {
      await this.server.up();
      try {
        await this.listen();
      } catch (error) {
        if (!isLost(error) && !this.stopped) this.account.fault(`subscription to ${this.wanted.name}: ${String(error)}`);
      }
      this.account.count('subscriptions begun');
      await pause(5 + Math.random() * 50);
    }
  }

  private listen(): Promise<void> {
    const subscription = this.wanted.stream === undefined ? this.toAll() : this.toStream(this.wanted.stream);
    this.subscription = subscription;
    return new Promise((settle, reject) => {
      const take = (resolved: ResolvedEvent): void => {
        if (subscription === this.subscription) this.take(resolved);
      };
      (subscription as AllStreamSubscription)
        .on('data', take)
        .on('error', reject)
        .on('end', () => settle())
        .on('close', () => settle());
      if (this.stopped) settle();
    });
  }

  private toAll(): AllStreamSubscription {
    const { checkpoint } = this;
    const fromPosition = checkpoint < 0 ? START : { commit: BigInt(checkpoint), prepare: BigInt(checkpoint) };
    const filter = this.wanted.filter?.();
    if (!filter) return this.client.subscribeToAll({ fromPosition });
    const reached = async (own: AllStreamSubscription, position: { commit: bigint }): Promise<void> => {
      // A checkpoint may overtake events that the client still holds: then it says nothing yet.
      if (own === this.subscription && own.readableLength === 0) this.checkpoint = Math.max(this.checkpoint, Number(position.commit));
    };
    return this.client.subscribeToAll({ fromPosition, filter: { ...filter, checkpointInterval: 5, checkpointReached: reached } });
  }

  private toStream(stream: string): StreamSubscription {
    const last = this.revisions.last;
    return this.client.subscribeToStream(stream, { fromRevision: last === undefined ? START : BigInt(last) });
  }

  private take({ event }: ResolvedEvent): void {
    const position = event?.position;
    if (!event || position === undefined || isRemovable(event.streamId)) return;
    const commit = Number(position.commit);
    if (!this.wanted.matches(event))
      this.account.fault(`subscription to ${this.wanted.name}: ${event.streamId} came, which it did not ask for`);
    if (commit <= (this.delivered.last ?? -1))
      this.account.fault(`subscription to ${this.wanted.name}: position ${commit} came after ${this.delivered.last}`);
    this.delivered.push(commit);
    this.revisions.push(Number(event.revision));
    this.checkpoint = Math.max(this.checkpoint, commit);
    this.account.count('events delivered to subscriptions');
  }
}
