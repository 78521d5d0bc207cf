import { StoredRecord } from '../../engine/contract';
import { CommitFeed } from '../commit-feed';
import { StreamReader } from '../reader';
import { StreamWriter } from '../writer';
import { GroupConfig, groupKey, sourceName } from './config';
import { Consumer, ConsumerConnection } from './consumer';
import { GroupCursor, openCursor } from './cursor';
import { KeptCheckpoint } from './kept-progress';
import { GroupMessage, insertRetry } from './message';
import { Meter } from './meter';
import { ParkedMessages } from './parked';
import { Progress, earliest } from './progress';
import { ConsumerStrategy, openStrategy } from './strategy';

export type NackAction = 'retry' | 'park' | 'skip' | 'stop';

export interface GroupParts {
  readonly reader: StreamReader;
  readonly writer: StreamWriter;
  readonly feed: CommitFeed;
  /** A group can't read on: what the log holds there is damaged, or a fault of the server. */
  report(message: string): void;
}

interface Outstanding {
  readonly message: GroupMessage;
  readonly consumer: Consumer;
  readonly since: number;
  readonly dueAt: number;
  /** On its way to the parked messages: it stays outstanding until it is there, so that no checkpoint passes it. */
  parking: boolean;
}

/** A message from history or live, waiting for a consumer. */
interface Waiting {
  readonly message: GroupMessage;
  readonly live: boolean;
}

/**
 * A persistent subscription: the server keeps how far its consumers have come together, hands each message to one of them, and delivers
 * again what is not acknowledged in time. What waits in memory is bounded by the group's buffer sizes; the rest waits in the log.
 */
export class PersistentGroup {
  readonly key: string;
  readonly consumers = new Set<Consumer>();
  readonly parked: ParkedMessages;
  readonly checkpoint: KeptCheckpoint;
  readonly items = new Meter();
  /** Revision or position of the newest event that the group knows of. */
  lastKnown: number | undefined;

  private readonly waiting: Waiting[] = [];
  private readonly retries: GroupMessage[] = [];
  private readonly outstanding = new Map<string, Outstanding>();
  private readonly strategy: ConsumerStrategy;
  private readonly cursor: GroupCursor;
  private readonly progress: Progress;
  private readonly stopListening: () => void;
  private live = false;
  private stopped = false;
  private pulling = false;

  constructor(
    readonly config: GroupConfig,
    private readonly parts: GroupParts,
  ) {
    const { reader, writer, feed } = parts;
    const { source, group, settings, start } = config;
    this.key = groupKey(sourceName(source), group);
    this.checkpoint = new KeptCheckpoint(writer, reader, source, this.key);
    this.parked = new ParkedMessages(writer, reader, this.key);
    this.strategy = openStrategy(settings.strategy);
    const kept = this.checkpoint.value;
    const end = (): number => (source.kind === 'all' ? reader.end : reader.nextRevision(source.stream));
    this.cursor = openCursor(reader, config, kept !== undefined ? kept + 1 : start === 'end' ? end() : start);
    this.progress = new Progress(this.checkpoint, this.cursor, settings, () => earliest(this.openMessages()));
    this.stopListening = feed.listen(this.cursor.stream, (records) => this.guarded(() => this.committed(records)));
    this.guarded(() => this.pull());
  }

  get status(): string {
    return this.live ? 'Live' : 'Behind';
  }

  get full(): boolean {
    const { maxSubscriberCount } = this.config.settings;
    return maxSubscriberCount !== 0 && this.consumers.size >= maxSubscriberCount;
  }

  get counts(): { retry: number; read: number; live: number; inFlight: number; outstanding: number } {
    const live = this.waiting.filter((entry) => entry.live).length;
    const inFlight = [...this.consumers].reduce((sum, consumer) => sum + consumer.inFlight, 0);
    return { retry: this.retries.length, read: this.waiting.length - live, live, inFlight, outstanding: this.outstanding.size };
  }

  connect(connection: ConsumerConnection): Consumer {
    const consumer = new Consumer(connection);
    this.consumers.add(consumer);
    this.strategy.added(consumer);
    if (this.stopped) this.dropConsumersSoon();
    this.guarded(() => {
      this.pull();
      this.push();
    });
    return consumer;
  }

  /** What the consumer held and did not acknowledge goes to the others. */
  disconnect(consumer: Consumer): void {
    if (!this.consumers.delete(consumer)) return;
    this.strategy.removed(consumer);
    for (const entry of this.outstanding.values()) if (entry.consumer === consumer) this.retryOrPark(entry);
    this.guarded(() => this.push());
  }

  acknowledge(ids: readonly string[]): void {
    for (const id of ids) {
      const entry = this.outstanding.get(id);
      if (!entry || entry.parking) continue;
      entry.consumer.measured(Date.now() - entry.since);
      this.settle(entry);
    }
    this.advance();
  }

  negativelyAcknowledge(ids: readonly string[], action: NackAction, reason: string): void {
    for (const id of ids) {
      const entry = this.outstanding.get(id);
      if (!entry || entry.parking) continue;
      if (action === 'retry') this.retryOrPark(entry);
      else if (action === 'park') this.park(entry, `Client explicitly NAK'ed message.\n${reason}`);
      else if (action === 'skip') this.settle(entry);
    }
    this.advance();
  }

  replayParked(before: number): void {
    this.parked.startReplay(before);
    this.guarded(() => this.push());
  }

  /** Looks at what is overdue. */
  tick(now: number): void {
    for (const entry of this.outstanding.values()) if (!entry.parking && entry.dueAt <= now) this.retryOrPark(entry);
    this.guarded(() => this.push());
    if (this.progress.isDue(now)) this.progress.mark(true);
  }

  /** Drops the consumers; the group reads no more. */
  stop(): void {
    this.stopped = true;
    this.progress.stop();
    this.stopListening();
    this.dropConsumers();
  }

  private committed(records: readonly StoredRecord[]): void {
    if (!this.live || this.stopped) return;
    const { liveBufferSize, historyBufferSize } = this.config.settings;
    if (this.waiting.length >= Math.max(liveBufferSize, historyBufferSize)) {
      this.live = false;
      return;
    }
    this.take(this.cursor.live(records), true);
    this.push();
  }

  private take(messages: readonly GroupMessage[], live: boolean): void {
    for (const message of messages) this.waiting.push({ message, live });
    if (messages.length > 0) this.lastKnown = this.cursor.considered.at;
  }

  /** Reads history while there is room for it. Goes live in the turn in which it finds no more. */
  private pull(): void {
    const { historyBufferSize, readBatchSize } = this.config.settings;
    if (this.live || this.stopped || this.pulling || this.waiting.length >= historyBufferSize) return;
    const read = this.cursor.read(Math.max(1, readBatchSize));
    if (read === 'deleted') return this.dropConsumersSoon();
    if (read === 'end') {
      this.live = true;
      return;
    }
    this.take(read, false);
    this.pulling = true;
    setImmediate(() => {
      this.pulling = false;
      this.guarded(() => this.push());
    });
  }

  /** Hands out what can be handed out, what is delivered again first. */
  private push(): void {
    if (this.stopped) return;
    if (this.parked.replaying && this.retries.length < this.config.settings.historyBufferSize) {
      for (const message of this.parked.read(Math.max(1, this.config.settings.readBatchSize))) insertRetry(this.retries, message);
    }
    const blocked = this.handOut(this.retries, (message) => message);
    if (!blocked) this.handOut(this.waiting, ({ message }) => message);
    this.pull();
  }

  /** True where nobody takes anything any more. */
  private handOut<T>(queue: T[], messageOf: (entry: T) => GroupMessage): boolean {
    let kept = 0;
    let blocked = false;
    let at = 0;
    for (; at < queue.length && !blocked; at++) {
      const entry = queue[at] as T;
      const choice = this.strategy.choose(messageOf(entry));
      if (choice instanceof Consumer) this.deliver(messageOf(entry), choice);
      else {
        blocked = choice === 'nobody';
        queue[kept++] = entry;
      }
    }
    queue.splice(kept, at - kept);
    return blocked;
  }

  private deliver(message: GroupMessage, consumer: Consumer): void {
    if (this.outstanding.has(message.id)) return;
    const now = Date.now();
    const dueAt = now + this.config.settings.messageTimeoutMs;
    this.outstanding.set(message.id, { message, consumer, since: now, dueAt, parking: false });
    consumer.inFlight++;
    consumer.items.total++;
    this.items.total++;
    if (consumer.connection.deliver(message)) return;
    consumer.blocked = true;
    void consumer.connection.writable().then(() => {
      consumer.blocked = false;
      this.guarded(() => this.push());
    });
  }

  private retryOrPark(entry: Outstanding): void {
    if (entry.parking) return;
    const { maxRetryCount } = this.config.settings;
    if (entry.message.retryCount >= maxRetryCount) return this.park(entry, `Reached retry count of ${maxRetryCount}`);
    this.release(entry);
    insertRetry(this.retries, { ...entry.message, retryCount: entry.message.retryCount + 1 });
  }

  private park(entry: Outstanding, reason: string): void {
    entry.parking = true;
    this.parked.park(entry.message, reason).then(
      () => {
        this.settle(entry);
        this.advance();
      },
      () => {
        this.release(entry);
        insertRetry(this.retries, entry.message);
      },
    );
  }

  private settle(entry: Outstanding): void {
    this.release(entry);
    if (entry.message.sequence === undefined) this.parked.settled(entry.message.id);
  }

  private release({ message, consumer }: Outstanding): void {
    this.outstanding.delete(message.id);
    consumer.inFlight--;
  }

  private advance(): void {
    this.progress.mark(false);
    this.guarded(() => this.push());
  }

  private *openMessages(): Generator<GroupMessage> {
    for (const { message } of this.outstanding.values()) yield message;
    yield* this.retries;
    if (this.waiting[0]) yield this.waiting[0].message;
  }

  /** What can't be read stops this group and nothing else. */
  private guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.stop();
      this.parts.report(`persistent subscription ${this.key} stopped: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private dropConsumersSoon(): void {
    process.nextTick(() => this.dropConsumers());
  }

  private dropConsumers(): void {
    for (const consumer of [...this.consumers]) {
      this.consumers.delete(consumer);
      this.strategy.removed(consumer);
      consumer.connection.drop();
    }
  }
}
