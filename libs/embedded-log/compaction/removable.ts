import { LRUCache } from 'lru-cache';
import { StoredRecord, TOMBSTONE_REVISION } from '../engine/contract';
import { MetadataViews } from '../streams/metadata-views';
import { NOTHING_STREAM } from '../streams/nothing-stream';
import { StreamReader } from '../streams/reader';
import { isMetastream } from '../streams/stream-metadata';

/** Records of a stream that nobody is shown: those below a revision, and those older than an instant. A tombstone always stays. */
interface Hidden {
  readonly below: number;
  readonly olderThan: bigint;
}

const REMEMBERED = 100_000;
const TICKS_PER_SECOND = 10_000_000n;
const TICKS_PER_MS = 10_000n;
const EVERYTHING: Hidden = { below: TOMBSTONE_REVISION, olderThan: 0n };

/**
 * What compaction takes: events of deleted streams, events that `$tb`, `$maxCount` or `$maxAge` hide, metadata that others replaced, and
 * the places of empty appends. Each stream is judged once, as it stands when the first of its records is met: what was hidden then goes,
 * even where its metadata change while the compaction runs.
 */
export function removable(reader: StreamReader, metadata: MetadataViews, now = Date.now()): (record: StoredRecord) => boolean {
  const judged = new LRUCache<string, Hidden>({ max: REMEMBERED });
  const judge = (stream: string): Hidden => {
    if (stream === NOTHING_STREAM) return EVERYTHING;
    const state = reader.state(stream);
    if (state.kind !== 'found') return EVERYTHING;
    if (isMetastream(stream)) return { below: state.last, olderThan: 0n };
    const { truncateBefore = 0, maxCount, maxAge } = metadata.forReaders(stream);
    return {
      below: Math.max(truncateBefore, maxCount === undefined ? 0 : state.last - maxCount + 1),
      olderThan: maxAge === undefined ? 0n : BigInt(now) * TICKS_PER_MS - BigInt(maxAge) * TICKS_PER_SECOND,
    };
  };
  return ({ stream, revision, createdTicks }) => {
    let hidden = judged.get(stream);
    if (!hidden) judged.set(stream, (hidden = judge(stream)));
    return revision !== TOMBSTONE_REVISION && (revision < hidden.below || createdTicks < hidden.olderThan);
  };
}
