import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { ANY } from './expected-revision';
import { original } from './resolved-record';
import { allSource, streamSource } from './sources';
import { SubscriptionMessage, SubscriptionSink, runSubscription } from './subscription';
import { OpenedLog, openLog } from './testing/opened-log';

/** A reader that is slow when it is told to be, and notes what it is given and whether it was given more than it could take. */
class Reader implements SubscriptionSink {
  readonly messages: SubscriptionMessage[] = [];
  closed = false;
  overrun = false;
  private full = false;
  private waiting: (() => void)[] = [];
  private readonly closing: (() => void)[] = [];

  constructor(private readonly slowAt: ReadonlySet<number>) {}

  deliver(messages: readonly SubscriptionMessage[]): boolean {
    this.overrun ||= this.full && messages.some(({ kind }) => kind === 'event');
    const before = this.messages.length;
    this.messages.push(...messages);
    for (let at = before; at < this.messages.length; at++) this.full ||= this.slowAt.has(at);
    return !this.full;
  }

  writable(): Promise<void> {
    return this.full ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve();
  }

  onClose(listener: () => void): void {
    this.closing.push(listener);
  }

  fail(error: unknown): void {
    throw error;
  }

  takeMore(): void {
    this.full = false;
    for (const wake of this.waiting.splice(0)) wake();
  }

  close(): void {
    this.closed = true;
    for (const listener of this.closing) listener();
    this.takeMore();
  }

  get events(): number[] {
    return this.messages.flatMap((message) => (message.kind === 'event' ? [original(message.resolved).position] : []));
  }
}

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      stream: fc.constantFrom('a', 'b'),
      events: fc.integer({ min: 1, max: 5 }),
      wait: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'turn' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'take more' as const }) },
);
const slowAt = fc.uniqueArray(fc.nat(60), { maxLength: 8 }).map((places) => new Set(places));

async function append({ writer }: OpenedLog, stream: string, events: number): Promise<{ positions: number[]; durable: Promise<void> }> {
  const positions: number[] = [];
  let durable = Promise.resolve();
  for (let i = 0; i < events; i++) {
    const body = { id: randomBytes(16), type: 'T', isJson: false, data: Buffer.alloc(0), metadata: Buffer.alloc(0) };
    const result = writer.append(stream, ANY, [body]);
    if (result.kind !== 'written' || result.position === undefined) throw new Error('an append without conditions was refused');
    positions.push(result.position);
    durable = result.durable;
  }
  return { positions, durable };
}

describe('a subscription', () => {
  it('gives every event once and in order, whatever is appended while it catches up and however slow its reader is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(30),
        fc.array(step, { maxLength: 25 }),
        slowAt,
        fc.constantFrom('a', undefined),
        async (history, steps, slow, of) => {
          const log = await openLog();
          try {
            const written: { stream: string; position: number }[] = [];
            const note = async (stream: string, events: number, wait: boolean): Promise<void> => {
              const { positions, durable } = await append(log, stream, events);
              written.push(...positions.map((position) => ({ stream, position })));
              if (wait) await durable;
            };
            await note('a', history, true);
            const reader = new Reader(slow);
            const source =
              of === undefined
                ? allSource(log.reader, { after: -1, resolveLinks: false, checkpointEvery: 1 })
                : streamSource(log.reader, of, 0, false);
            const running = runSubscription(log.feed, source, reader);
            for (const one of steps) {
              if (one.do === 'append') await note(one.stream, one.events, one.wait);
              else if (one.do === 'turn') await new Promise((resolve) => setImmediate(resolve));
              else reader.takeMore();
            }
            await log.writer.idle();
            const expected = written.filter(({ stream }) => of === undefined || stream === of).map(({ position }) => position);
            while (reader.events.length < expected.length) {
              reader.takeMore();
              await new Promise((resolve) => setImmediate(resolve));
            }
            expect(reader.events).toEqual(expected);
            expect(reader.overrun).toBe(false);
            expect(reader.messages.filter(({ kind }) => kind === 'caught-up').length).toBeLessThanOrEqual(1);
            reader.close();
            await running;
          } finally {
            await log.close();
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('considers every event for its checkpoints, which only grow', async () => {
    const log = await openLog();
    try {
      const { positions, durable } = await append(log, 'a', 100);
      await durable;
      const reader = new Reader(new Set());
      const filter = () => false;
      const running = runSubscription(
        log.feed,
        allSource(log.reader, { after: -1, resolveLinks: false, filter, checkpointEvery: 32 }),
        reader,
      );
      await append(log, 'a', 33).then((later) => later.durable);
      while (reader.messages.length < 6) await new Promise((resolve) => setImmediate(resolve));
      const checkpoints = reader.messages.flatMap((message) => (message.kind === 'checkpoint' ? [message.position] : []));
      expect(checkpoints.slice(0, 3)).toEqual([positions[31], positions[63], positions[95]]);
      expect([...checkpoints].sort((a, b) => a - b)).toEqual(checkpoints);
      expect(new Set(checkpoints).size).toBe(checkpoints.length);
      reader.close();
      await running;
    } finally {
      await log.close();
    }
  });
});
