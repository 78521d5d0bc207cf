import { photos, photoStream } from '@hjemmel/contexts/orders/contract';
import { Decisions, EventLog } from '@hjemmel/event-store';
import { stderrLine } from '@hjemmel/host';
import { systemClock } from '@hjemmel/kernel';
import { BlobStore, sweepOrphans } from '@hjemmel/vault';

const EVERY_MS = 24 * 3_600_000;
/** After a start there is more pressing work. */
const FIRST_AFTER_MS = 10 * 60_000;
/** Commands that broke off are closed after minutes; from then on none can write the event of its blob any more. */
export const GRACE_MS = 24 * 3_600_000;

/** Which blobs the log knows: a photo's blob has its id, so that its stream tells. The log itself is asked, which is never behind. */
export function knownBlobs(log: EventLog) {
  const decisions = new Decisions(log, 1); // each is looked at once
  return async (blobIds: readonly string[]): Promise<ReadonlySet<string>> => {
    const known = new Set<string>();
    for (const blobId of blobIds) {
      const { state } = await decisions.load(photos, photoStream(blobId));
      if (state.status === 'stored' && state.blob.blobId === blobId) known.add(blobId);
    }
    return known;
  };
}

/** Once a day removes blobs whose event never came. */
export function startBlobSweep(blobs: BlobStore, log: EventLog, firstAfterMs = FIRST_AFTER_MS): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const round = async (): Promise<void> => {
    try {
      const removed = await sweepOrphans(blobs, knownBlobs(log), new Date(systemClock.now().getTime() - GRACE_MS));
      if (removed > 0) stderrLine(`${removed} blobs that no event knows were removed`);
    } catch (error) {
      // The next round tries again; nothing is removed that the log was not asked of.
      stderrLine(`blobs could not be swept now: ${error instanceof Error ? error.name : typeof error}`);
    }
  };
  const plan = (ms: number): void => {
    timer = setTimeout(() => {
      plan(EVERY_MS);
      running = running.then(round);
    }, ms);
  };
  plan(firstAfterMs);
  return {
    stop: async () => {
      clearTimeout(timer);
      await running;
    },
  };
}
