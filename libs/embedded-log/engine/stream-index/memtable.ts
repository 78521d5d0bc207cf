import { Hash, Hasher, StreamName } from '../hash';

const FIRST_ENTRIES = 1024;
const NONE = -1;
const ID_WORDS = 4;

/**
 * Index entries of the log's newest records, in the order in which they were appended. Exact: streams are told apart by
 * name and events by id. What was not yet on disk can be taken back.
 *
 * All of it lies in a few typed arrays, names too: a hundred thousand strings and map entries would keep the garbage
 * collector busy. The entries of a stream form a chain from newest to oldest with jump pointers (Myers' skew-binary
 * stack), so that a revision is found in logarithmic time without an array for each stream.
 */
export class Memtable {
  count = 0;
  hashHigh = new Uint32Array(FIRST_ENTRIES);
  hashLow = new Uint32Array(FIRST_ENTRIES);
  idHashHigh = new Uint32Array(FIRST_ENTRIES);
  idHashLow = new Uint32Array(FIRST_ENTRIES);
  revisions = new Float64Array(FIRST_ENTRIES);
  positions = new Float64Array(FIRST_ENTRIES);
  private ids = new Uint32Array(FIRST_ENTRIES * ID_WORDS);
  /** The stream's first entry in this table, which stands for the stream. */
  private root = new Int32Array(FIRST_ENTRIES);
  private previous = new Int32Array(FIRST_ENTRIES);
  private jump = new Int32Array(FIRST_ENTRIES);
  private depth = new Int32Array(FIRST_ENTRIES);
  /** Of a stream's first entry: its newest one, and where its name stands. */
  private head = new Int32Array(FIRST_ENTRIES);
  private nameAt = new Int32Array(FIRST_ENTRIES);
  private nameLength = new Int32Array(FIRST_ENTRIES);
  private names = new Uint16Array(FIRST_ENTRIES * 16);
  private namesUsed = 0;
  /** First entries of streams by hash; a place that is taken sends on to the next one. */
  private slots = new Int32Array(FIRST_ENTRIES * 2).fill(NONE);
  private nextInBucket = new Int32Array(FIRST_ENTRIES);
  private buckets = new Int32Array(FIRST_ENTRIES).fill(NONE);
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

  add(stream: StreamName, revision: number, position: number, eventId: Buffer): void {
    const entry = this.count;
    if (entry === this.revisions.length) this.grow();
    const root = this.rootOf(stream);
    this.hashHigh[entry] = stream.high;
    this.hashLow[entry] = stream.low;
    if (root === NONE) this.begin(stream, entry);
    else this.follow(root, entry);
    this.revisions[entry] = revision;
    this.positions[entry] = position;
    for (let w = 0; w < ID_WORDS; w++) this.ids[entry * ID_WORDS + w] = eventId.readUInt32LE(w * 4);
    this.hasher.eventId(stream, eventId, this.idHash);
    this.idHashHigh[entry] = this.idHash.high;
    this.idHashLow[entry] = this.idHash.low;
    this.link(entry);
    this.count = entry + 1;
  }

  /** Takes back all entries from the position on. */
  rollBack(position: number): void {
    const kept = lowerBound(this.positions, this.count, position);
    if (kept === this.count) return;
    for (let entry = this.count - 1; entry >= kept; entry--) {
      const root = this.root[entry] as number;
      if (root < kept) this.head[root] = this.previous[entry] as number;
      this.buckets[this.bucketOf(entry)] = this.nextInBucket[entry] as number;
    }
    this.count = kept;
    this.fillSlots();
  }

  /** Entry of the stream's greatest revision, or -1. */
  newest(stream: StreamName): number {
    const root = this.rootOf(stream);
    return root === NONE ? NONE : (this.head[root] as number);
  }

  /** Entry of the stream's greatest revision that is at most `revision`, or -1. */
  atMost(stream: StreamName, revision: number): number {
    let entry = this.newest(stream);
    while (entry !== NONE && (this.revisions[entry] as number) > revision) {
      const jump = this.jump[entry] as number;
      entry = jump < entry && (this.revisions[jump] as number) > revision ? jump : (this.previous[entry] as number);
    }
    return entry;
  }

  /** Entry of the stream's least revision that is at least `revision`, or -1. */
  atLeast(stream: StreamName, revision: number): number {
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
  findEvent(stream: StreamName, eventId: Buffer): number {
    const root = this.rootOf(stream);
    if (root === NONE) return NONE;
    this.hasher.eventId(stream, eventId, this.idHash);
    let entry = this.buckets[this.idHash.low & (this.buckets.length - 1)] as number;
    while (entry !== NONE && !(this.root[entry] === root && this.hasId(entry, eventId))) entry = this.nextInBucket[entry] as number;
    return entry;
  }

  eventId(entry: number): Buffer {
    const id = Buffer.allocUnsafe(ID_WORDS * 4);
    for (let w = 0; w < ID_WORDS; w++) id.writeUInt32LE(this.ids[entry * ID_WORDS + w] as number, w * 4);
    return id;
  }

  private hasId(entry: number, eventId: Buffer): boolean {
    for (let w = 0; w < ID_WORDS; w++) if (this.ids[entry * ID_WORDS + w] !== eventId.readUInt32LE(w * 4)) return false;
    return true;
  }

  /** The stream's first entry in this table, or -1. */
  private rootOf({ text, high, low }: StreamName): number {
    const mask = this.slots.length - 1;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const root = this.slots[slot] as number;
      if (root === NONE) return NONE;
      if (this.hashLow[root] === low && this.hashHigh[root] === high && this.isNamed(root, text)) return root;
    }
  }

  private isNamed(root: number, text: string): boolean {
    if (this.nameLength[root] !== text.length) return false;
    const at = this.nameAt[root] as number;
    for (let i = 0; i < text.length; i++) if (this.names[at + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  /** Makes the entry the first of its stream. */
  private begin({ text }: StreamName, entry: number): void {
    if (this.namesUsed + text.length > this.names.length) {
      this.names = larger(this.names, new Uint16Array(Math.max(this.names.length * 2, this.namesUsed + text.length)));
    }
    for (let i = 0; i < text.length; i++) this.names[this.namesUsed + i] = text.charCodeAt(i);
    this.nameAt[entry] = this.namesUsed;
    this.nameLength[entry] = text.length;
    this.namesUsed += text.length;
    this.root[entry] = this.head[entry] = this.jump[entry] = entry;
    this.depth[entry] = 0;
    this.previous[entry] = NONE;
    this.occupySlot(entry);
  }

  private follow(root: number, entry: number): void {
    const head = this.head[root] as number;
    this.root[entry] = root;
    this.depth[entry] = (this.depth[head] as number) + 1;
    this.jump[entry] = this.jumpFrom(head);
    this.previous[entry] = head;
    this.head[root] = entry;
  }

  private jumpFrom(head: number): number {
    const jump = this.jump[head] as number;
    const second = this.jump[jump] as number;
    const depth = this.depth[jump] as number;
    return (this.depth[head] as number) - depth === depth - (this.depth[second] as number) ? second : head;
  }

  private occupySlot(root: number): void {
    const mask = this.slots.length - 1;
    let slot = (this.hashLow[root] as number) & mask;
    while (this.slots[slot] !== NONE) slot = (slot + 1) & mask;
    this.slots[slot] = root;
  }

  private fillSlots(): void {
    this.slots.fill(NONE);
    for (let entry = 0; entry < this.count; entry++) if (this.root[entry] === entry) this.occupySlot(entry);
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
    this.head = larger(this.head, new Int32Array(size));
    this.nameAt = larger(this.nameAt, new Int32Array(size));
    this.nameLength = larger(this.nameLength, new Int32Array(size));
    this.slots = new Int32Array(size * 2);
    this.fillSlots();
    this.nextInBucket = new Int32Array(size);
    this.ids = larger(this.ids, new Uint32Array(size * ID_WORDS));
    this.buckets = new Int32Array(size).fill(NONE);
    for (let entry = 0; entry < this.count; entry++) this.link(entry);
  }
}

function larger<T extends Uint16Array | Uint32Array | Int32Array | Float64Array>(from: T, to: T): T {
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
