import type { BlobStore } from './blob-store';

/** Which of these blobs the log knows. Asked of the log itself and not of a copy that may be behind it: what is not known is deleted. */
export type KnownIds = (blobIds: readonly string[]) => Promise<ReadonlySet<string>>;

const AT_ONCE = 64;

/**
 * Removes blobs whose event never came, because their writer was killed between the two, and what writers left half-written. Gives how
 * many blobs went.
 * @param olderThan only what was stored before; far enough back that no command can be on its way to write the event
 */
export async function sweepOrphans(store: BlobStore, knownIds: KnownIds, olderThan: Date): Promise<number> {
  await store.removeUnfinished(olderThan);
  let removed = 0;
  let asked: string[] = [];
  const removeUnknown = async (): Promise<void> => {
    const known = await knownIds(asked);
    for (const blobId of asked) if (!known.has(blobId) && (await store.delete(blobId))) removed++;
    asked = [];
  };
  for await (const { blobId, storedAt } of store.list()) {
    if (storedAt >= olderThan) continue;
    asked.push(blobId);
    if (asked.length === AT_ONCE) await removeUnknown();
  }
  if (asked.length > 0) await removeUnknown();
  return removed;
}
