import { createHash } from 'node:crypto';
import { original } from '../resolved-record';
import { readStoredEvent } from '../stored-event';
import { Strategy } from './config';
import { Consumer } from './consumer';
import { GroupMessage } from './message';

/** Which consumer gets a message: one of them, or nobody at all, or nobody now though another message may find one ('skip'). */
export type Choice = Consumer | 'nobody' | 'skip';

export interface ConsumerStrategy {
  added(consumer: Consumer): void;
  removed(consumer: Consumer): void;
  choose(message: GroupMessage): Choice;
}

export function openStrategy(strategy: Strategy): ConsumerStrategy {
  switch (strategy) {
    case 'DispatchToSingle':
      return new DispatchToSingle();
    case 'RoundRobin':
      return new RoundRobin();
    case 'Pinned':
      return new Pinned(sourceStream);
    case 'PinnedByCorrelation':
      return new Pinned(correlation);
  }
}

/** The first that came gets all that it can take. */
class DispatchToSingle implements ConsumerStrategy {
  protected readonly consumers: Consumer[] = [];

  added(consumer: Consumer): void {
    this.consumers.push(consumer);
  }

  removed(consumer: Consumer): void {
    const at = this.consumers.indexOf(consumer);
    if (at >= 0) this.consumers.splice(at, 1);
  }

  choose(_message: GroupMessage): Choice {
    return this.consumers.find(({ takes }) => takes) ?? 'nobody';
  }
}

/** Each in turn. */
class RoundRobin extends DispatchToSingle {
  override choose(message: GroupMessage): Choice {
    const chosen = super.choose(message);
    if (chosen instanceof Consumer) {
      const upTo = this.consumers.indexOf(chosen) + 1;
      this.consumers.push(...this.consumers.splice(0, upTo));
    }
    return chosen;
  }
}

const BUCKETS = 1024;

/** Messages of one source go to one consumer, as long as it is there. */
class Pinned implements ConsumerStrategy {
  private readonly consumers = new Map<Consumer, number>();
  private readonly assigned: (Consumer | undefined)[] = new Array<Consumer | undefined>(BUCKETS).fill(undefined);

  constructor(private readonly sourceOf: (message: GroupMessage) => string) {}

  added(consumer: Consumer): void {
    this.consumers.set(consumer, 0);
  }

  removed(consumer: Consumer): void {
    this.consumers.delete(consumer);
    this.assigned.forEach((owner, bucket) => {
      if (owner === consumer) this.assigned[bucket] = undefined;
    });
  }

  choose(message: GroupMessage): Choice {
    if (![...this.consumers.keys()].some(({ takes }) => takes)) return 'nobody';
    const bucket = createHash('md5').update(this.sourceOf(message)).digest().readUInt32LE(0) % BUCKETS;
    const owner = this.assigned[bucket] ?? this.assign(bucket);
    return owner.takes ? owner : 'skip';
  }

  private assign(bucket: number): Consumer {
    const [least] = [...this.consumers].sort(([, a], [, b]) => a - b);
    if (!least) throw new Error('a message is assigned where there is no consumer');
    const [consumer, buckets] = least;
    this.consumers.set(consumer, buckets + 1);
    this.assigned[bucket] = consumer;
    return consumer;
  }
}

function sourceStream({ resolved }: GroupMessage): string {
  return (resolved.event ?? original(resolved)).stream;
}

function correlation(message: GroupMessage): string {
  const { metadata } = readStoredEvent((message.resolved.event ?? original(message.resolved)).payload);
  const found = /"\$correlationId"\s*:\s*"([^"]*)"/.exec(metadata.toString('utf8'));
  return found?.[1] ?? sourceStream(message);
}
