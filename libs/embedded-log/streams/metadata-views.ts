import { LogEngine, StoredRecord, TOMBSTONE_REVISION } from '../engine/contract';
import { readStoredEvent } from './stored-event';
import {
  METADATA_OF_METASTREAMS,
  NO_METADATA,
  StreamMetadata,
  isMetastream,
  metastreamOf,
  originalOf,
  parseStreamMetadata,
} from './stream-metadata';

interface Known {
  /** What readers go by: a newest event that is not marked as JSON counts for nothing. */
  readonly forReaders: StreamMetadata;
  /** What writers go by: EventStoreDB judges a stream soft-deleted from the bytes alone. */
  readonly forWriters: StreamMetadata;
}

const NONE: Known = { forReaders: NO_METADATA, forWriters: NO_METADATA };
/** Streams whose metadata is remembered; a few megabytes at most. */
const REMEMBERED = 20_000;

/**
 * The metadata of streams, read from the newest event of `$$stream`. Readers see what is durable; a writer's decision also counts
 * on metadata whose append is still under way, for it comes earlier in the log than what is decided now.
 */
export class MetadataViews {
  private readonly known = new Map<string, Known>();
  private readonly pending = new Map<string, Buffer>();
  private readonly stopListening: () => void;

  constructor(private readonly engine: LogEngine) {
    this.stopListening = engine.onCommitted((records) => {
      for (const { stream } of records) if (isMetastream(stream)) this.known.delete(originalOf(stream));
    });
  }

  forReaders(stream: string): StreamMetadata {
    return isMetastream(stream) ? METADATA_OF_METASTREAMS : this.look(stream).forReaders;
  }

  isSoftDeletedForWriters(stream: string): boolean {
    const data = this.pending.get(stream);
    return (data ? parseStreamMetadata(data) : this.look(stream).forWriters).softDeleted === true;
  }

  /** The bytes of the newest metadata event, also of one under way; undefined where there is none. */
  rawForWriters(stream: string): Buffer | undefined {
    const pending = this.pending.get(stream);
    if (pending) return pending;
    const newest = this.newest(stream);
    return newest && readStoredEvent(newest.payload).data;
  }

  /** An append of metadata was decided; it counts for writers at once, and is forgotten if it fails. */
  writing(stream: string, data: Buffer, durable: Promise<void>): void {
    this.pending.set(stream, data);
    const settled = (): void => {
      if (this.pending.get(stream) === data) this.pending.delete(stream);
    };
    durable.then(settled, settled);
  }

  close(): void {
    this.stopListening();
  }

  private look(stream: string): Known {
    const known = this.known.get(stream);
    if (known) {
      this.known.delete(stream);
      this.known.set(stream, known);
      return known;
    }
    const read = this.read(stream);
    this.known.set(stream, read);
    if (this.known.size > REMEMBERED) for (const oldest of this.known.keys()) return this.forget(oldest, read);
    return read;
  }

  private forget(oldest: string, read: Known): Known {
    this.known.delete(oldest);
    return read;
  }

  private read(stream: string): Known {
    const newest = this.newest(stream);
    if (!newest) return NONE;
    const { data, isJson } = readStoredEvent(newest.payload);
    const forWriters = data.length > 0 ? parseStreamMetadata(data) : NO_METADATA;
    return { forWriters, forReaders: isJson ? forWriters : NO_METADATA };
  }

  private newest(stream: string): StoredRecord | undefined {
    const metastream = metastreamOf(stream);
    const last = this.engine.lastRevision(metastream);
    return last === undefined || last === TOMBSTONE_REVISION ? undefined : this.engine.readStreamBackwards(metastream, last, 1)[0];
  }
}
