import { isDeepStrictEqual } from 'node:util';
import { OperatorError } from '@hjemmel/host';
import { TOMBSTONE_REVISION } from '../engine/contract';
import { RemoteEvent } from '../remote';
import { isMetastream, METADATA_TYPE, originalOf, parseStreamMetadata } from '../streams/stream-metadata';
import { GAP_TYPE } from './scope';
import { Walk } from './walk';

/** The target holds something else than the source at some place: it is no copy, and can't become one. */
export class NotACopy extends OperatorError {
  constructor(source: { readonly position: number } | undefined, target: { readonly position: number } | undefined, detail: string) {
    const place = (name: string, at: { readonly position: number } | undefined): string =>
      at ? `position ${at.position} of the ${name}` : `the end of the ${name}`;
    super(`the target is no copy of the source: ${detail} (${place('source', source)}, ${place('target', target)})`);
    this.name = 'NotACopy';
  }
}

export interface PairingVisitor {
  /** Called in the source's order. */
  paired(source: RemoteEvent, target: RemoteEvent): Promise<void> | void;
  /** An event that the target has on its own account. */
  unpaired?(target: RemoteEvent): void;
}

/**
 * Lays a copy beside its source, event by event, and knows what may differ:
 *
 * - ids of tombstones, and of the metadata by which a server itself hides a stream anew or shows it again: a server writes these on its
 *   own, and no client can choose their ids;
 * - metadata of the latter kind may stand elsewhere in `$all` (a real EventStoreDB writes it a moment later), and may be gone from a source
 *   that was scavenged;
 * - gap events, which stand for what the source has removed.
 */
export class Pairing {
  /** Streams that are soft-deleted. */
  private readonly hidden = new Set<string>();
  /** Streams that were written again after that, and whose metadata the server itself is therefore about to write. */
  private readonly shownAgain = new Set<string>();
  /** Streams whose metadata may hide all that they have, with the first revision that `$tb` shows (0 where only `$maxAge` hides). */
  readonly limited = new Map<string, number>();
  /** Metadata that the target wrote itself and whose counterpart has not come yet, by metastream. */
  private readonly own = new Map<string, RemoteEvent>();

  /**
   * Goes through both until the target has no more.
   * @throws NotACopy, RemoteFailure; either way all that was taken from the walks is taken notice of
   */
  async run(source: Walk, target: Walk, visitor: PairingVisitor): Promise<void> {
    for (;;) {
      const wanted = await source.peek();
      const own = wanted && this.takeOwn(wanted);
      if (wanted && own) {
        source.take();
        await visitor.paired(wanted, own);
        continue;
      }
      const there = await target.peek();
      if (!there) return;
      if (wanted && this.isCopy(wanted, there)) {
        this.note(wanted);
        source.take();
        target.take();
        await visitor.paired(wanted, there);
      } else if (there.type === GAP_TYPE || this.keepOwn(there)) {
        target.take();
        visitor.unpaired?.(there);
      } else throw new NotACopy(wanted, there, wanted ? 'another event stands there' : 'it has an event that the source lacks');
    }
  }

  isHidden(stream: string): boolean {
    return this.hidden.has(stream);
  }

  /** An event of the source is on the target now. */
  note(event: RemoteEvent): void {
    if (!isMetastream(event.stream)) {
      const ended = event.revision === TOMBSTONE_REVISION;
      if (ended) this.limited.delete(event.stream);
      if (this.hidden.delete(event.stream) && !ended) this.shownAgain.add(event.stream);
      return;
    }
    const stream = originalOf(event.stream);
    const { softDeleted } = parseStreamMetadata(event.data);
    this.noteLimits(stream, event.data);
    if (softDeleted) this.hidden.add(stream);
    else if (this.hidden.delete(stream)) this.shownAgain.add(stream);
  }

  /** Takes notice of metadata that the target wrote itself; false where it is nothing of that kind. */
  keepOwn(event: RemoteEvent): boolean {
    if (!isMetastream(event.stream) || event.type !== METADATA_TYPE || !this.shownAgain.delete(originalOf(event.stream))) return false;
    this.own.set(event.stream, event);
    this.noteLimits(originalOf(event.stream), event.data);
    return true;
  }

  /** The target's own event in whose place the source's stands, once. @throws NotACopy where they say different things */
  takeOwn(event: RemoteEvent): RemoteEvent | undefined {
    const own = this.own.get(event.stream);
    if (!own || own.revision > event.revision) return undefined;
    this.own.delete(event.stream);
    if (own.revision < event.revision) return undefined;
    if (!isSameJson(own.data, event.data)) throw new NotACopy(event, own, 'metadata that it wrote itself differ');
    return own;
  }

  private noteLimits(stream: string, metadata: Buffer): void {
    const { softDeleted, truncateBefore, maxAge } = parseStreamMetadata(metadata);
    if (!softDeleted && (truncateBefore !== undefined || maxAge !== undefined)) this.limited.set(stream, truncateBefore ?? 0);
    else this.limited.delete(stream);
  }

  private isCopy(source: RemoteEvent, target: RemoteEvent): boolean {
    const { stream, revision, type } = source;
    if (stream !== target.stream || revision !== target.revision || type !== target.type) return false;
    if (revision === TOMBSTONE_REVISION) return true;
    if (isMetastream(stream) && this.hidden.has(originalOf(stream)) && isSameJson(source.data, target.data)) return true;
    return (
      source.id.equals(target.id) &&
      source.contentType === target.contentType &&
      source.data.equals(target.data) &&
      source.metadata.equals(target.metadata)
    );
  }
}

function isSameJson(a: Buffer, b: Buffer): boolean {
  if (a.equals(b)) return true;
  try {
    return isDeepStrictEqual(JSON.parse(a.toString('utf8')), JSON.parse(b.toString('utf8')));
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
