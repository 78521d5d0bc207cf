import { setTimeout as pause } from 'node:timers/promises';
import {
  EventStoreDBClient,
  PARK,
  PersistentSubscriptionExistsError,
  PersistentSubscriptionToAll,
  PersistentSubscriptionToStream,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  RETRY,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { Account } from './account';
import { isLost, persistently } from './persistently';
import { SoakServer } from './soak-server';

const SETTINGS = {
  startFrom: START,
  messageTimeout: 3000,
  maxRetryCount: 20,
  checkPointAfter: 500,
  checkPointLowerBound: 10,
  checkPointUpperBound: 200,
} as const;
const NAME = 'soak';

type Delivery = PersistentSubscriptionToAll | PersistentSubscriptionToStream;

/**
 * A persistent subscription, to a stream or to `$all` filtered by streams, with one consumer that acknowledges most events, asks for some
 * once more and parks a few. Every event must be acknowledged at last.
 */
export class Group {
  /** The events that were acknowledged, as `revision@stream`; of what was parked the client gives the position of its link. */
  readonly acknowledged = new Set<string>();
  private subscription: Delivery | undefined;
  private stopped = false;
  private done: Promise<void> = Promise.resolve();
  private pickyUntilStopped = true;

  constructor(
    readonly name: string,
    private readonly stream: string | undefined,
    readonly prefix: string,
    private readonly server: SoakServer,
    private readonly account: Account,
    private readonly client: EventStoreDBClient,
  ) {}

  async open(): Promise<void> {
    await persistently(this.server, () =>
      this.create().catch((error: unknown) => {
        if (!(error instanceof PersistentSubscriptionExistsError)) throw error; // made before its answer was lost
      }),
    );
    this.done = this.consume();
  }

  matches(stream: string): boolean {
    return this.stream === undefined ? stream.startsWith(this.prefix) : stream === this.stream;
  }

  /** From now on everything is acknowledged, and what was parked is asked for again. */
  async settle(): Promise<void> {
    this.pickyUntilStopped = false;
    await persistently(this.server, () =>
      this.stream === undefined ? this.client.replayParkedMessagesToAll(NAME) : this.client.replayParkedMessagesToStream(this.stream, NAME),
    );
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.subscription?.unsubscribe().catch(() => undefined);
    await this.done;
  }

  private create(): Promise<void> {
    const { stream, prefix, client } = this;
    if (stream !== undefined)
      return client.createPersistentSubscriptionToStream(stream, NAME, persistentSubscriptionToStreamSettingsFromDefaults(SETTINGS));
    const filter = streamNameFilter({ prefixes: [prefix] });
    return client.createPersistentSubscriptionToAll(NAME, persistentSubscriptionToAllSettingsFromDefaults(SETTINGS), { filter });
  }

  private async consume(): Promise<void> {
    while (!this.stopped) {
      await this.server.up();
      try {
        await this.listen();
      } catch (error) {
        if (!isLost(error) && !this.stopped) this.account.fault(`persistent subscription to ${this.name}: ${String(error)}`);
      }
      await pause(5 + Math.random() * 50);
    }
  }

  private listen(): Promise<void> {
    const { stream, client } = this;
    const subscription: Delivery =
      stream === undefined
        ? client.subscribeToPersistentSubscriptionToAll(NAME, { bufferSize: 50 })
        : client.subscribeToPersistentSubscriptionToStream(stream, NAME, { bufferSize: 50 });
    this.subscription = subscription;
    return new Promise((settle, reject) => {
      subscription
        .on('data', (delivered) => {
          this.answer(subscription, delivered).catch(reject);
        })
        .on('error', reject)
        .on('end', () => settle())
        .on('close', () => settle());
      if (this.stopped) settle();
    });
  }

  private async answer(
    subscription: PersistentSubscriptionToStream,
    delivered: Parameters<PersistentSubscriptionToStream['ack']>[0] & { retryCount?: number },
  ): Promise<void> {
    const event = delivered.event;
    if (!event || !this.matches(event.streamId))
      return this.account.fault(`persistent subscription to ${this.name}: ${event?.streamId} came`);
    const name = placeOf(event);
    this.account.count('deliveries of persistent subscriptions');
    if (this.acknowledged.has(name)) this.account.count('of them once more');
    const chance = Math.random();
    if (this.pickyUntilStopped && chance < 0.01) return subscription.nack(RETRY, 'once more', delivered);
    if (this.pickyUntilStopped && chance < 0.015) {
      this.account.count('events parked');
      return subscription.nack(PARK, 'later', delivered);
    }
    this.acknowledged.add(name);
    return subscription.ack(delivered);
  }
}

export const placeOf = ({ revision, streamId }: { readonly revision: bigint; readonly streamId: string }): string =>
  `${revision}@${streamId}`;
