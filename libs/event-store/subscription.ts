import type { AllStreamSubscription } from '@eventstore/db-client';
import { toRecorded, translated } from './conversion';
import { Subscription, SubscriptionMessage } from './port';

/** Above so many waiting messages the client is paused, so that a slow reader bounds memory; below half of it goes on. */
const QUEUE_LIMIT = 2048;

/**
 * Turns the client's emitter into one ordered sequence of events, checkpoints and the mark of having caught up.
 *
 * The client calls back with a checkpoint while earlier events may still wait in its buffer, because the reader was slow. A checkpoint
 * that overtakes an event would lose it at the next start, so it waits here until that buffer is empty.
 */
export function clientSubscription(open: (checkpointReached: (position: bigint) => Promise<void>) => AllStreamSubscription): Subscription {
  const queue: SubscriptionMessage[] = [];
  let failure: unknown;
  let ended = false;
  let wake = (): void => undefined;
  let drained = (): void => undefined;

  const push = (message: SubscriptionMessage): void => {
    queue.push(message);
    wake();
  };
  const source = open(async (position) => {
    while (source.readableLength > 0 && !ended) await new Promise<void>((resolve) => (drained = resolve));
    push({ kind: 'checkpoint', position });
  });
  source.on('data', (resolved) => {
    const recorded = toRecorded(resolved);
    if (recorded) push({ kind: 'event', recorded });
    if (queue.length >= QUEUE_LIMIT) source.pause();
    if (source.readableLength === 0) drained();
  });
  source.on('caughtUp', () => push({ kind: 'caughtUp' }));
  const end = (error?: unknown): void => {
    failure ??= error;
    ended = true;
    wake();
    drained();
  };
  source.on('error', end);
  source.on('end', () => end());
  source.on('close', () => end());

  async function* messages(): AsyncGenerator<SubscriptionMessage> {
    for (;;) {
      const next = queue.shift();
      if (next) {
        if (source.isPaused() && queue.length < QUEUE_LIMIT / 2) source.resume();
        yield next;
      } else if (ended) {
        if (failure !== undefined) throw translated(failure);
        return;
      } else {
        await new Promise<void>((resolve) => (wake = resolve));
      }
    }
  }
  return {
    [Symbol.asyncIterator]: messages,
    close: async () => {
      ended = true;
      await source.unsubscribe();
      end();
    },
  };
}
