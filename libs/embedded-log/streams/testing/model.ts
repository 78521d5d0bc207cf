/**
 * What EventStoreDB does, said once more in the simplest way: every stream is an array that is searched from its beginning. Written from
 * the observations of the real server, and knowing nothing of the code that it judges.
 */
export interface ModelEvent {
  readonly stream: string;
  readonly revision: number | 'tombstone';
  readonly id: string;
  /** Metadata that it sets, where it stands in a `$$stream`. */
  readonly metadata: ModelMetadata;
}

export interface ModelMetadata {
  readonly maxCount?: number;
  readonly truncateBefore?: number | 'soft-deleted';
  /** What was written is no JSON object. */
  readonly unreadable?: true;
}

export type ModelExpected = 'any' | 'no_stream' | 'stream_exists' | number;
export type ModelAnswer =
  | { readonly answer: 'success'; readonly revision: number | 'tombstone'; readonly hasPosition: boolean }
  | { readonly answer: 'wrong expected version'; readonly actual: number }
  | { readonly answer: 'stream deleted' };
export type ModelRead = 'stream not found' | 'stream deleted' | readonly string[];

const DELETED: ModelAnswer = { answer: 'stream deleted' };

export class Model {
  /** `$all`. */
  readonly log: ModelEvent[] = [];

  append(stream: string, expected: ModelExpected, ids: readonly string[], metadata: ModelMetadata = {}): ModelAnswer {
    if (this.tombstoned(stream)) return DELETED;
    const events = this.eventsOf(stream);
    const last = events.length - 1;
    const wrong: ModelAnswer = { answer: 'wrong expected version', actual: last };
    const softDeleted = this.softDeleted(stream);

    if (expected === 'stream_exists' && softDeleted) return DELETED;
    if (expected === 'stream_exists' && last < 0 && !this.hasMetadata(stream)) return wrong;
    if (expected === 'any' || expected === 'stream_exists') {
      const standing = ids.map((id) => events.findIndex((event) => event.id === id));
      if (ids.length > 0 && standing.every((at) => at >= 0)) return this.repeated(stream, standing[ids.length - 1] ?? 0);
      if ((standing[0] ?? -1) >= 0) return wrong;
      return this.write(stream, ids, metadata);
    }
    const demanded = expected === 'no_stream' ? -1 : expected;
    if (demanded === last) return this.write(stream, ids, metadata);
    if (demanded > last) return wrong;
    if (ids.length > 0 && ids.every((id, i) => events[demanded + 1 + i]?.id === id)) return this.repeated(stream, demanded + ids.length);
    const firstIsNew = ids.length > 0 && events[0]?.id !== ids[0];
    return expected === 'no_stream' && softDeleted && firstIsNew ? this.write(stream, ids, metadata) : wrong;
  }

  delete(stream: string, expected: ModelExpected): ModelAnswer {
    const refused = this.refusesDeletion(stream, expected);
    if (refused) return refused;
    if (this.eventsOf(stream).length === 0) return { answer: 'wrong expected version', actual: -1 };
    if (this.tombstoned(`$$${stream}`)) return DELETED;
    this.write(`$$${stream}`, ['system'], { truncateBefore: 'soft-deleted' }, 'as it is');
    return { answer: 'success', revision: this.eventsOf(stream).length - 1, hasPosition: true };
  }

  tombstone(stream: string, expected: ModelExpected): ModelAnswer {
    const refused = this.refusesDeletion(stream, expected);
    if (refused) return refused;
    this.log.push({ stream, revision: 'tombstone', id: 'system', metadata: {} });
    return { answer: 'success', revision: 'tombstone', hasPosition: true };
  }

  /** Ids in the order in which they are read, at most so many. */
  read(stream: string, direction: 'forwards' | 'backwards', from: number, count: number): ModelRead {
    if (this.tombstoned(stream) || (stream.startsWith('$$') && this.tombstoned(stream.slice(2)))) return 'stream deleted';
    const events = this.eventsOf(stream);
    if (events.length === 0 || this.metadataOf(stream).truncateBefore === 'soft-deleted') return 'stream not found';
    const visible = events.map(({ id }, revision) => ({ id, revision })).filter(({ revision }) => this.shows(stream, revision));
    const read =
      direction === 'forwards'
        ? visible.filter(({ revision }) => revision >= from)
        : visible.filter(({ revision }) => revision <= from).reverse();
    return read.slice(0, count).map(({ id }) => id);
  }

  private shows(stream: string, revision: number): boolean {
    const { maxCount, truncateBefore = 0 } = this.metadataOf(stream);
    if (truncateBefore === 'soft-deleted' || revision < truncateBefore) return false;
    return maxCount === undefined || revision >= this.eventsOf(stream).length - maxCount;
  }

  private repeated(stream: string, revision: number): ModelAnswer {
    return { answer: 'success', revision, hasPosition: this.shows(stream, revision) };
  }

  private write(
    stream: string,
    ids: readonly string[],
    metadata: ModelMetadata,
    reviving: 'reviving' | 'as it is' = 'reviving',
  ): ModelAnswer {
    const first = this.eventsOf(stream).length;
    ids.forEach((id, i) => this.log.push({ stream, revision: first + i, id, metadata }));
    if (reviving === 'reviving') this.revive(stream, first, ids, metadata);
    return { answer: 'success', revision: first + ids.length - 1, hasPosition: true };
  }

  /** Writing to a soft-deleted stream moves its `$tb` to the first new event; setting its metadata moves it behind the last. */
  private revive(stream: string, firstNew: number, ids: readonly string[], metadata: ModelMetadata): void {
    const { truncateBefore, ...kept } = this.rawMetadataOf(stream);
    if (truncateBefore === 'soft-deleted') this.write(`$$${stream}`, ['system'], { ...kept, truncateBefore: firstNew }, 'as it is');
    else if (stream.startsWith('$$') && ids.length > 0) {
      const original = stream.slice(2);
      const before = this.eventsOf(stream)[firstNew - 1]?.metadata;
      if (before?.truncateBefore !== 'soft-deleted' || metadata.unreadable) return;
      this.write(stream, ['system'], { ...metadata, truncateBefore: this.eventsOf(original).length }, 'as it is');
    }
  }

  private refusesDeletion(stream: string, expected: ModelExpected): ModelAnswer | undefined {
    if (this.tombstoned(stream)) return DELETED;
    const last = this.eventsOf(stream).length - 1;
    const softDeleted = this.softDeleted(stream);
    if (expected === 'stream_exists' && softDeleted) return DELETED;
    const wrong: ModelAnswer = { answer: 'wrong expected version', actual: last };
    if (expected === 'stream_exists') return last < 0 && !this.hasMetadata(stream) ? wrong : undefined;
    if (expected === 'any' || (expected === 'no_stream' && (last < 0 || softDeleted))) return undefined;
    return expected === last ? undefined : wrong;
  }

  /** Even a tombstone of its metadata makes a stream without events one that exists. */
  private hasMetadata(stream: string): boolean {
    return this.log.some((event) => event.stream === `$$${stream}`);
  }

  private eventsOf(stream: string): ModelEvent[] {
    return this.log.filter((event) => event.stream === stream && event.revision !== 'tombstone');
  }

  private tombstoned(stream: string): boolean {
    return this.log.some((event) => event.stream === stream && event.revision === 'tombstone');
  }

  /** For writers this also holds of a `$$stream`; readers see its newest event all the same. */
  private softDeleted(stream: string): boolean {
    return this.rawMetadataOf(stream).truncateBefore === 'soft-deleted';
  }

  /** A `$$stream` shows its newest event, whatever is written about it; a tombstoned one says nothing. */
  private metadataOf(stream: string): ModelMetadata {
    return stream.startsWith('$$') ? { maxCount: 1 } : this.rawMetadataOf(stream);
  }

  private rawMetadataOf(stream: string): ModelMetadata {
    return this.tombstoned(`$$${stream}`) ? {} : (this.eventsOf(`$$${stream}`).at(-1)?.metadata ?? {});
  }
}
