import { TOMBSTONE_REVISION } from '../engine/contract';
import { Remote, RemoteEvent, RemoteFailure } from '../remote';
import { parseStreamMetadata } from '../streams/stream-metadata';

/**
 * The greatest revision up to which the source has removed the events of a stream that its metadata hide; at most `copiedUpTo` where
 * nothing is to be made up for.
 *
 * @param metadata of the stream, about to be copied
 * @param copiedUpTo the last revision that the target has of the stream, -1 for none
 */
export async function emptiedUpTo(source: Remote, stream: string, metadata: RemoteEvent, copiedUpTo: number): Promise<number> {
  const { softDeleted, truncateBefore, maxAge } = parseStreamMetadata(metadata.data);
  const hides = softDeleted || maxAge !== undefined ? copiedUpTo < 0 : truncateBefore !== undefined && copiedUpTo + 1 < truncateBefore;
  if (!hides || !(await isNewest(source, metadata))) return copiedUpTo;
  const last = await source.lastRevision(stream);
  if (last === TOMBSTONE_REVISION) return copiedUpTo;
  if (truncateBefore !== undefined) return Math.min(last, truncateBefore - 1);
  // What is young enough comes later; only of a stream that shows nothing is everything up to the last revision gone.
  const [visible] = await source.events({ stream, from: 'start', count: 1 });
  return visible ? copiedUpTo : last;
}

/** Metadata that others replaced since say nothing of how the stream stands now; what it has comes later in the log. */
async function isNewest(source: Remote, { stream, revision }: RemoteEvent): Promise<boolean> {
  try {
    const [newest] = await source.events({ stream, from: 'end', backwards: true, count: 1 });
    return newest?.revision === revision;
  } catch (error) {
    if (error instanceof RemoteFailure && error.exception === 'stream-deleted') return false; // its tombstone comes later
    throw error;
  }
}
