/** What an operator should read: a tail that was cut, an index that is rebuilt, a disk that filled up. Never personal data. */
export interface Notice {
  readonly kind: 'torn-tail-cut' | 'index-rebuilt' | 'index-damaged' | 'log-damaged' | 'read-only' | 'writable-again' | 'left-over-removed';
  readonly message: string;
  readonly file?: string;
  /** Byte offset in {@link file}. */
  readonly offset?: number;
}

export interface EngineOptions {
  /** Data folder; made if it is missing. */
  readonly folder: string;
  readonly onNotice?: (notice: Notice) => void;
  /** Size in bytes from which a segment is followed by the next one; 64 MiB unless told. */
  readonly segmentBytes?: number;
  /** Bytes that are written with zeros ahead of the tail, so that a commit changes no file metadata; 0 switches it off. */
  readonly preallocateBytes?: number;
  /** Index entries that are kept in memory before they are written as a sorted table; 65,536 unless told, at most 1,048,576. */
  readonly memtableEntries?: number;
  /** How many tables of like size are merged into one; 8 unless told. */
  readonly mergeFanIn?: number;
  /** Bits of the 64-bit name hash that are used. Fewer make collisions, which the tests want; 64 unless told. */
  readonly hashBits?: number;
}
