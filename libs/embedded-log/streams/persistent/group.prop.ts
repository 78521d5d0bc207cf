import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { ANY } from '../expected-revision';
import { OpenedLog, openLog } from '../testing/opened-log';
import { GroupConfig, STRATEGIES } from './config';
import { Consumer, ConsumerConnection } from './consumer';
import { NackAction, PersistentGroup } from './group';
import { GroupMessage } from './message';

const STREAM = 'order-1';
const MAX_RETRIES = 2;

const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('append' as const), events: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('acknowledge' as const), which: fc.nat(), of: fc.nat() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('refuse' as const),
      which: fc.nat(),
      of: fc.nat(),
      how: fc.constantFrom<NackAction>('retry', 'park', 'skip', 'stop'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('connect' as const), bufferSize: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('disconnect' as const), of: fc.nat() }) },
  { weight: 1, arbitrary: fc.constant({ do: 'time out' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'replay' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

/** A consumer that holds what it is given until it is told what to do with it. */
class Holder implements ConsumerConnection {
  readonly username = 'system';
  readonly connectionName = '';
  readonly from = '';
  readonly held: GroupMessage[] = [];
  consumer: Consumer | undefined;
  overfull = false;

  constructor(readonly bufferSize: number) {}

  deliver(message: GroupMessage): boolean {
    this.held.push(message);
    this.overfull ||= (this.consumer?.inFlight ?? 0) > this.bufferSize;
    return true;
  }

  writable(): Promise<void> {
    return Promise.resolve();
  }

  drop(): void {
    this.held.length = 0;
  }
}

/** A group under test, with what has become of each event, told by its number in the order of the appends. */
class Trial {
  readonly settled = new Set<number>();
  readonly delivered = new Set<number>();
  holders: Holder[] = [];
  overfull = false;
  appended = 0;
  group: PersistentGroup;

  constructor(
    private readonly log: OpenedLog,
    private readonly config: GroupConfig,
  ) {
    this.group = this.open();
  }

  async perform(one: Action): Promise<void> {
    switch (one.do) {
      case 'append':
        return this.append(one.events);
      case 'acknowledge':
        return this.take(one.of, one.which, (id) => this.group.acknowledge([id]), true);
      case 'refuse':
        return this.take(one.of, one.which, (id) => this.group.negativelyAcknowledge([id], one.how, 'told so'), one.how === 'skip');
      case 'connect':
        return this.connect(one.bufferSize);
      case 'disconnect':
        return this.disconnect(one.of);
      case 'time out':
        for (const { held } of this.holders) this.note(held.splice(0), false);
        return this.group.tick(Date.now() + this.config.settings.messageTimeoutMs + 1);
      case 'replay':
        return this.group.replayParked(Infinity);
      case 'restart':
        this.group.stop();
        this.holders = [];
        await this.log.writer.idle();
        this.group = this.open();
    }
  }

  /** Everything that can be acknowledged is, until nothing comes any more; what was stopped times out, what is parked is replayed. */
  async finish(): Promise<void> {
    this.connect(5);
    for (let quiet = 0, turns = 0; quiet < 5; turns++) {
      if (turns > 2000)
        throw new Error(`not at an end: ${JSON.stringify([this.group.counts, this.group.parked.count, this.group.status])}`);
      await this.log.writer.idle();
      await new Promise((resolve) => setImmediate(resolve));
      const held = this.holders.flatMap((holder) => holder.held.splice(0));
      this.note(held, true);
      this.group.acknowledge(held.map(({ id }) => id));
      if (held.length === 0) this.group.tick(Date.now() + this.config.settings.messageTimeoutMs + 1);
      if (this.group.parked.count > 0 && !this.group.parked.replaying) this.group.replayParked(Infinity);
      const { outstanding, read, live, retry } = this.group.counts;
      quiet = held.length + outstanding + read + live + retry + this.group.parked.count === 0 ? quiet + 1 : 0;
    }
  }

  private open(): PersistentGroup {
    const { reader, writer, feed } = this.log;
    return new PersistentGroup(this.config, { reader, writer, feed, report: (message) => fail(message) });
  }

  private async append(events: number): Promise<void> {
    const bodies = Array.from({ length: events }, () => ({
      id: randomBytes(16),
      type: 'T',
      isJson: false,
      data: Buffer.from(String(this.appended++)),
      metadata: Buffer.alloc(0),
    }));
    const result = this.log.writer.append(STREAM, ANY, bodies);
    if (result.kind === 'written') await result.durable;
  }

  private connect(bufferSize: number): void {
    const holder = new Holder(bufferSize);
    this.holders.push(holder);
    holder.consumer = this.group.connect(holder);
  }

  private disconnect(of: number): void {
    const [holder] = this.holders.splice(of % Math.max(1, this.holders.length), 1);
    if (!holder?.consumer) return;
    this.note(holder.held, false);
    this.group.disconnect(holder.consumer);
  }

  private take(of: number, which: number, settle: (id: string) => void, forGood: boolean): void {
    const holder = this.holders[of % Math.max(1, this.holders.length)];
    const [message] = holder?.held.splice(which % Math.max(1, holder.held.length), 1) ?? [];
    if (!message) return;
    this.note([message], forGood);
    settle(message.id);
  }

  private note(messages: readonly GroupMessage[], settled: boolean): void {
    this.overfull ||= this.holders.some((holder) => holder.overfull);
    for (const message of messages) {
      const revision = message.resolved.event?.revision ?? -1;
      this.delivered.add(revision);
      if (settled) this.settled.add(revision);
    }
  }
}

function fail(message: string): never {
  throw new Error(message);
}

describe('a persistent subscription', () => {
  it('brings every event to an end, whoever acknowledges, refuses, times out, leaves or restarts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 40 }), fc.constantFrom(...STRATEGIES), async (actions, strategy) => {
        const log = await openLog();
        try {
          const trial = new Trial(log, {
            source: { kind: 'stream', stream: STREAM },
            group: 'g',
            start: 0,
            settings: {
              resolveLinks: false,
              extraStatistics: false,
              messageTimeoutMs: 1000,
              maxRetryCount: MAX_RETRIES,
              checkpointAfterMs: 0,
              minCheckpointCount: 1,
              maxCheckpointCount: 2,
              maxSubscriberCount: 0,
              liveBufferSize: 4,
              readBatchSize: 3,
              historyBufferSize: 5,
              strategy,
            },
          });
          for (const one of actions) {
            await trial.perform(one);
            const { value = -1 } = trial.group.checkpoint;
            const open = Array.from({ length: value + 1 }, (_, revision) => revision).filter(
              (revision) =>
                !trial.settled.has(revision) &&
                trial.holders.some(({ held }) => held.some((m) => m.sequence !== undefined && m.resolved.event?.revision === revision)),
            );
            expect(open).toEqual([]);
          }
          await trial.finish();
          expect(trial.overfull).toBe(false);
          expect([...trial.settled].sort((a, b) => a - b)).toEqual(Array.from({ length: trial.appended }, (_, revision) => revision));
          trial.group.stop();
        } finally {
          await log.close();
        }
      }),
      { numRuns: 60 },
    );
  });
});
