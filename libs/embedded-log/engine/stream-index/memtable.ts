import { Hash, Hasher } from '../hash';

const FIRST_ENTRIES = 1024;
const NONE = -1;
const UUID_BYTES = 16;

/**
 * Index entries of the log's newest records, in the order in which they were appended. Exact: streams are told apart by
 * name and events by id. What was not yet on disk can be taken back.
 *
 * The entries of a stream form a chain from newest to oldest with jump pointers (Myers' skew-binary stack), so that a
 * revision is found in logarithmic time without an array for each stream.
 */
export class Memtable {
  count = 0;
  hashHigh = new Uint32Array(FIRST_ENTRIES);
  hashLow = new Uint32Array(FIRST_ENTRIES);
  idHashHigh = new Uint32Array(FIRST_ENTRIES);
  idHashLow = new Uint32Array(FIRST_ENTRIES);
  revisions = new Float64Array(FIRST_ENTRIES);
  positions = new Float64Array(FIRST_ENTRIES);
  private ids = Buffer.alloc(FIRST_ENTRIES * UUID_BYTES);
  /** The stream's first entry in this table, which stands for the stream. */
  private root = new Int32Array(FIRST_ENTRIES);
  private previous = new Int32Array(FIRST_ENTRIES);
  private jump = new Int32Array(FIRST_ENTRIES);
  private depth = new Int32Array(FIRST_ENTRIES);
  private nextInBucket = new Int32Array(FIRST_ENTRIES);
  private buckets = new Int32Array(FIRST_ENTRIES).fill(NONE);
  private readonly heads = new Map<string, number>();
  /** The last stream asked for and its newest entry: a question about a stream is mostly followed by a write to it. */
  private lastStream: string | undefined;
  private lastHead = NONE;
  private readonly streamHash: Hash = { high: 0, low: 0 };
  private readonly idHash: Hash = { high: 0, low: 0 };

  constructor(
    private readonly hasher: Hasher,
    /** Position of the first record that the table covers. */
    readonly from: number,
  ) {}

  /** Position of its last entry, or -1 where it is empty. */
  get lastPosition(): number {
    return this.count === 0 ? -1 : (this.positions[this.count - 1] ?? -1);
  }

  add(stream: string, revision: number, position: number, eventId: Buffer): void {
    const entry = this.count;
    if (entry === this.revisions.length) this.grow();
    const head = this.newest(stream);
    if (head === NONE) {
      this.hasher.name(stream, this.streamHash);
      this.hashHigh[entry] = this.streamHash.high;
      this.hashLow[entry] = this.streamHash.low;
      this.root[entry] = entry;
      this.depth[entry] = 0;
      this.jump[entry] = entry;
    } else {
      this.streamHash.high = this.hashHigh[entry] = this.hashHigh[head] as number;
      this.streamHash.low = this.hashLow[entry] = this.hashLow[head] as number;
      this.root[entry] = this.root[head] as number;
      this.depth[entry] = (this.depth[head] as number) + 1;
      this.jump[entry] = this.jumpFrom(head);
    }
    this.previous[entry] = head;
    this.revisions[entry] = revision;
    this.positions[entry] = position;
    eventId.copy(this.ids, entry * UUID_BYTES);
    this.hasher.eventId(this.streamHash, eventId, this.idHash);
    this.idHashHigh[entry] = this.idHash.high;
    this.idHashLow[entry] = this.idHash.low;
    this.link(entry);
    this.heads.set(stream, entry);
    this.lastHead = entry;
    this.count = entry + 1;
  }

  /** Takes back all entries from the position on. */
  rollBack(position: number): void {
    const kept = lowerBound(this.positions, this.count, position);
    if (kept === this.count) return;
    this.lastStream = undefined;
    for (const [stream, head] of this.heads) {
      let entry = head;
      while (entry >= kept) entry = this.previous[entry] as number;
      if (entry === NONE) this.heads.delete(stream);
      else if (entry !== head) this.heads.set(stream, entry);
    }
    for (let entry = this.count - 1; entry >= kept; entry--) {
      this.buckets[this.bucketOf(entry)] = this.nextInBucket[entry] as number;
    }
    this.count = kept;
  }

  /** Entry of the stream's greatest revision, or -1. */
  newest(stream: string): number {
    if (stream === this.lastStream) return this.lastHead;
    this.lastStream = stream;
    this.lastHead = this.heads.get(stream) ?? NONE;
    return this.lastHead;
  }

  /** Entry of the stream's greatest revision that is at most `revision`, or -1. */
  atMost(stream: string, revision: number): number {
    let entry = this.newest(stream);
    while (entry !== NONE && (this.revisions[entry] as number) > revision) {
      const jump = this.jump[entry] as number;
      entry = jump < entry && (this.revisions[jump] as number) > revision ? jump : (this.previous[entry] as number);
    }
    return entry;
  }

  /** Entry of the stream's least revision that is at least `revision`, or -1. */
  atLeast(stream: string, revision: number): number {
    let entry = this.newest(stream);
    if (entry === NONE || (this.revisions[entry] as number) < revision) return NONE;
    for (;;) {
      const jump = this.jump[entry] as number;
      const before = this.previous[entry] as number;
      if (jump < entry && (this.revisions[jump] as number) >= revision) entry = jump;
      else if (before !== NONE && (this.revisions[before] as number) >= revision) entry = before;
      else return entry;
    }
  }

  before(entry: number): number {
    return this.previous[entry] as number;
  }

  /** Entry of the newest event with this id in the stream, or -1. */
  findEvent(stream: string, eventId: Buffer): number {
    const head = this.newest(stream);
    if (head === NONE) return NONE;
    const root = this.root[head] as number;
    this.streamHash.high = this.hashHigh[head] as number;
    this.streamHash.low = this.hashLow[head] as number;
    this.hasher.eventId(this.streamHash, eventId, this.idHash);
    let entry = this.buckets[this.idHash.low & (this.buckets.length - 1)] as number;
    while (entry !== NONE && !(this.root[entry] === root && this.hasId(entry, eventId))) entry = this.nextInBucket[entry] as number;
    return entry;
  }

  eventId(entry: number): Buffer {
    return Buffer.from(this.ids.subarray(entry * UUID_BYTES, (entry + 1) * UUID_BYTES));
  }

  private hasId(entry: number, eventId: Buffer): boolean {
    return this.ids.compare(eventId, 0, UUID_BYTES, entry * UUID_BYTES, (entry + 1) * UUID_BYTES) === 0;
  }

  private jumpFrom(head: number): number {
    const jump = this.jump[head] as number;
    const second = this.jump[jump] as number;
    const depth = this.depth[jump] as number;
    return (this.depth[head] as number) - depth === depth - (this.depth[second] as number) ? second : head;
  }

  private bucketOf(entry: number): number {
    return (this.idHashLow[entry] as number) & (this.buckets.length - 1);
  }

  private link(entry: number): void {
    const bucket = this.bucketOf(entry);
    this.nextInBucket[entry] = this.buckets[bucket] as number;
    this.buckets[bucket] = entry;
  }

  private grow(): void {
    const size = this.count * 2;
    this.hashHigh = larger(this.hashHigh, new Uint32Array(size));
    this.hashLow = larger(this.hashLow, new Uint32Array(size));
    this.idHashHigh = larger(this.idHashHigh, new Uint32Array(size));
    this.idHashLow = larger(this.idHashLow, new Uint32Array(size));
    this.revisions = larger(this.revisions, new Float64Array(size));
    this.positions = larger(this.positions, new Float64Array(size));
    this.root = larger(this.root, new Int32Array(size));
    this.previous = larger(this.previous, new Int32Array(size));
    this.jump = larger(this.jump, new Int32Array(size));
    this.depth = larger(this.depth, new Int32Array(size));
    this.nextInBucket = new Int32Array(size);
    this.ids = Buffer.concat([this.ids], size * UUID_BYTES);
    this.buckets = new Int32Array(size).fill(NONE);
    for (let entry = 0; entry < this.count; entry++) this.link(entry);
  }
}

function larger<T extends Uint32Array | Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** Index of the first of `count` ascending numbers that is at least `value`. */
function lowerBound(numbers: Float64Array, count: number, value: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
