/**
 * The seam between the storage engine and the layer of EventStoreDB's rules and messages above it.
 *
 * The engine knows records, positions, streams and event ids. It knows nothing of expected revisions, metadata, deletion
 * or gRPC; the layer above knows nothing of files.
 */

/** Byte offset of a record's first byte since the log began. Grows for ever, also across compaction. A safe integer. */
export type Position = number;

/** Stands for int64 max, the revision at which EventStoreDB writes a tombstone. */
export const TOMBSTONE_REVISION = Number.MAX_SAFE_INTEGER;

export interface StoredRecord {
  readonly position: Position;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  /** 16 bytes, in the order in which a UUID is written. */
  readonly eventId: Buffer;
  /** Instant of the append: 100-nanosecond ticks since 1970-01-01T00:00:00Z. */
  readonly createdTicks: bigint;
  /** Opaque to the engine: the encoded `RecordedEvent` message, so that serving it again costs no encoding. */
  readonly payload: Buffer;
}

export interface NewRecord {
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly eventId: Buffer;
  readonly createdTicks: bigint;
  /** Called once, as soon as the record's position is known (the payload contains it). */
  payload(position: Position): Buffer;
}

export interface AppendReceipt {
  readonly positions: readonly Position[];
  /**
   * Settles when every record of the append is on disk (group commit). Rejects when it can't be: the append then has no
   * effect, and the engine takes no more appends until it is healthy again.
   */
  readonly durable: Promise<void>;
}

export interface LogEngine {
  /** Next position to be given out. */
  readonly tail: Position;
  /** Everything before it is on disk and shown to readers. */
  readonly durableTail: Position;

  /**
   * Takes all records or none, in order. Positions are given at once and {@link lastRevision} and {@link findEvent} know
   * the records at once (so that the next decision counts on them); readers see them once durable.
   *
   * @throws LogReadOnly where no append is taken any more; RangeError where a revision does not lie above the stream's last
   *   one, a name has more than 65,535 bytes or is no well-formed Unicode, or an id has not 16 bytes. Nothing has changed then.
   */
  append(records: readonly NewRecord[]): AppendReceipt;

  /** Greatest revision written to the stream, or undefined where it never was written. */
  lastRevision(stream: string): number | undefined;
  /** Where this event id was last written in this stream; the scope of an id is one stream. */
  findEvent(stream: string, eventId: Buffer): { readonly revision: number; readonly position: Position } | undefined;
  /** Position and id of one event, durable or not; undefined where there is none (or it was compacted away). */
  locate(stream: string, revision: number): { readonly position: Position; readonly eventId: Buffer } | undefined;

  /** Durable records of the stream with revision ≥ `from`, oldest first, at most `limit`; stops early at about `maxBytes`. */
  readStreamForwards(stream: string, from: number, limit: number, maxBytes?: number): StoredRecord[];
  /** Durable records with revision ≤ `from`, newest first. A tombstone is read only where `from` is {@link TOMBSTONE_REVISION}. */
  readStreamBackwards(stream: string, from: number, limit: number, maxBytes?: number): StoredRecord[];
  /** Durable records with position ≥ `from`, at most `limit`. `next` is where to go on. */
  readAllForwards(from: Position, limit: number, maxBytes?: number): { readonly records: StoredRecord[]; readonly next: Position };
  /** Durable records with position < `before`, newest first. `next` is the `before` to go on with; 0 at the start. */
  readAllBackwards(before: Position, limit: number, maxBytes?: number): { readonly records: StoredRecord[]; readonly next: Position };

  /** Called after each group commit with the records that became durable, in order of position. Returns the way to stop it. */
  onCommitted(listener: (records: readonly StoredRecord[]) => void): () => void;

  /** Waits for what was acknowledged or is under way, then closes the files. */
  close(): Promise<void>;
}

/** The log takes no more appends: the disk is full or failed. Reads go on. */
export class LogReadOnly extends Error {
  constructor(readonly reason: string) {
    super(`the log takes no appends: ${reason}`);
    this.name = 'LogReadOnly';
  }
}

/** Stored bytes do not match their checksum. Names the file and offset; nothing from there on is served as if it were whole. */
export class LogDamaged extends Error {
  constructor(
    readonly file: string,
    readonly offset: number,
    detail: string,
  ) {
    super(`${file} is damaged at byte ${offset}: ${detail}`);
    this.name = 'LogDamaged';
  }
}
