import { TOMBSTONE_REVISION } from '../engine/contract';
import { Remote, RemoteEvent, RemoteFailure } from '../remote';
import { isMetastream, originalOf, parseStreamMetadata } from '../streams/stream-metadata';

/**
 * Numbers that a source has given to events which it has removed since, and which no event tells of any more: those of deleted streams,
 * and of streams of which all is hidden.
 */
export class RemovedNumbers {
  private constructor(
    private readonly source: Remote,
    private readonly revived: ReadonlySet<string>,
    /** By the position of a deletion that did not last: the stream's last revision then. */
    private readonly atDeletion: ReadonlyMap<number, number>,
  ) {}

  /** Reads ahead, from a position on, as far as it is needed: metadata alone, where no deleted stream was written again. */
  static async readAhead(source: Remote, after: number): Promise<RemovedNumbers> {
    const revived = await revivedStreams(source, after);
    return new RemovedNumbers(
      source,
      revived,
      revived.size > 0 ? await numbersAtDeletion(source, after, revived) : new Map<number, number>(),
    );
  }

  /** The stream's last revision when this metadata hid it; undefined where that can't be known. */
  async before(stream: string, deletion: RemoteEvent): Promise<number | undefined> {
    const known = this.atDeletion.get(deletion.position);
    if (known !== undefined) return known;
    if (this.revived.has(stream)) return undefined;
    const last = await this.source.lastRevision(stream);
    if (last === TOMBSTONE_REVISION) return OF_ENDED;
    return (await isStillDeleted(this.source, deletion.stream)) ? last : undefined;
  }

  /** The stream's last revision now; undefined where it has ended. */
  async now(stream: string): Promise<number | undefined> {
    const last = await this.source.lastRevision(stream);
    return last === TOMBSTONE_REVISION ? undefined : last;
  }
}

const METASTREAMS = ['$$'];
/** Numbers do not matter any more, but only a stream that is there can be deleted a second time before it ends. */
const OF_ENDED = 0;

async function revivedStreams(source: Remote, after: number): Promise<Set<string>> {
  const deleted = new Set<string>();
  const revived = new Set<string>();
  for await (const message of source.read({
    from: after < 0 ? 'start' : after,
    count: Number.MAX_SAFE_INTEGER,
    streamPrefixes: METASTREAMS,
  })) {
    if (message.kind !== 'event') continue;
    const stream = originalOf(message.event.stream);
    if (parseStreamMetadata(message.event.data).softDeleted) deleted.add(stream);
    else if (deleted.has(stream)) revived.add(stream);
  }
  return revived;
}

/** A deletion did not last: the event that came next has the next number, or metadata say it, which the server itself wrote then. */
async function numbersAtDeletion(source: Remote, after: number, revived: ReadonlySet<string>): Promise<Map<number, number>> {
  const numbers = new Map<number, number>();
  const open = new Map<string, { readonly deletions: number[]; metadataSet: boolean }>();
  const resolve = (stream: string, last: number): void => {
    for (const position of open.get(stream)?.deletions ?? []) numbers.set(position, last);
    open.delete(stream);
  };
  for await (const message of source.read({ from: after < 0 ? 'start' : after, count: Number.MAX_SAFE_INTEGER })) {
    if (message.kind !== 'event') continue;
    const { stream, revision, position, data } = message.event;
    const original = isMetastream(stream) ? originalOf(stream) : stream;
    if (!revived.has(original)) continue;
    const deletion = open.get(original);
    if (original === stream) resolve(stream, revision === TOMBSTONE_REVISION ? OF_ENDED : revision - 1);
    else if (parseStreamMetadata(data).softDeleted) {
      if (deletion && !deletion.metadataSet) deletion.deletions.push(position);
      else open.set(original, { deletions: [position], metadataSet: false });
    } else if (deletion?.metadataSet) resolve(original, (parseStreamMetadata(data).truncateBefore ?? 0) - 1);
    else if (deletion) deletion.metadataSet = true;
  }
  return numbers;
}

async function isStillDeleted(source: Remote, metastream: string): Promise<boolean> {
  try {
    const [newest] = await source.events({ stream: metastream, from: 'end', backwards: true, count: 1 });
    return newest !== undefined && parseStreamMetadata(newest.data).softDeleted === true;
  } catch (error) {
    if (error instanceof RemoteFailure && error.exception === 'stream-deleted') return false; // its tombstone comes later
    throw error;
  }
}
