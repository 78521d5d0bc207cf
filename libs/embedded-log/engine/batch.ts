import { NewRecord, StoredRecord } from './contract';
import {
  encodedLength,
  Field,
  MAX_NAME_BYTES,
  MAX_RECORD_BYTES,
  RECORD_HEADER_BYTES,
  RecordFields,
  RecordKind,
  sealRecord,
  viewOf,
} from './format';

const FIRST_BYTES = 256 * 1024;
/** A buffer that one large batch blew up is not kept for the next. */
const KEEP_BYTES = 8 * 1024 * 1024;
const UUID_BYTES = 16;

/** The records that go to disk with one write and one sync. */
export class Batch {
  readonly durable: Promise<void>;
  /** Those records that somebody wanted when they were appended. */
  readonly stored: StoredRecord[] = [];
  count = 0;
  private view: DataView;
  private readonly fields: { -readonly [K in keyof RecordFields]: RecordFields[K] };
  settle!: () => void;
  reject!: (error: Error) => void;
  used = 0;

  constructor(
    private bytes: Buffer,
    readonly start: number,
    readonly number: number,
    /** Whether a segment begins with it. */
    readonly opensSegment: boolean,
  ) {
    this.view = viewOf(bytes);
    this.fields = {
      position: 0,
      batchStart: start,
      batchNumber: number,
      revision: 0,
      createdTicks: 0n,
      kind: RecordKind.Event,
      lastOfAppend: true,
    };
    this.durable = new Promise((settle, reject) => {
      this.settle = settle;
      this.reject = reject;
    });
    // A caller that does not wait for the disk must not end the process when the disk fails.
    this.durable.catch(() => undefined);
  }

  get end(): number {
    return this.start + this.used;
  }

  get written(): Buffer {
    return this.bytes.subarray(0, this.used);
  }

  /** The buffer for a later batch, once this one is done. */
  get reusable(): Buffer | undefined {
    return this.bytes.length <= KEEP_BYTES ? this.bytes : undefined;
  }

  static buffer(): Buffer {
    return Buffer.allocUnsafeSlow(FIRST_BYTES);
  }

  /**
   * Encodes the record behind those taken so far.
   *
   * @param keep whether somebody wants the record once it is durable
   * @returns its position
   * @throws RangeError where a name or the record is too long; the batch is then as before
   */
  add(record: NewRecord, lastOfAppend: boolean, keep: boolean): number {
    const position = this.start + this.used;
    const payload = record.payload(position);
    const at = this.used;
    const upperBound = RECORD_HEADER_BYTES + record.stream.length * 3 + record.type.length * 3 + payload.length + 8;
    if (upperBound > MAX_RECORD_BYTES) throw new RangeError(`a record may have ${MAX_RECORD_BYTES} bytes`);
    if (record.eventId.length !== UUID_BYTES) throw new RangeError('an event id has 16 bytes');
    if (at + upperBound > this.bytes.length) this.grow(at + upperBound);
    const { bytes } = this;
    const streamBytes = bytes.write(record.stream, at + RECORD_HEADER_BYTES, 'utf8');
    const typeBytes = bytes.write(record.type, at + RECORD_HEADER_BYTES + streamBytes, 'utf8');
    if (streamBytes > MAX_NAME_BYTES || typeBytes > MAX_NAME_BYTES) throw new RangeError(`a name may have ${MAX_NAME_BYTES} bytes`);
    payload.copy(bytes, at + RECORD_HEADER_BYTES + streamBytes + typeBytes);
    record.eventId.copy(bytes, at + Field.eventId);
    const length = encodedLength(streamBytes, typeBytes, payload.length);
    const { fields } = this;
    fields.position = position;
    fields.revision = record.revision;
    fields.createdTicks = record.createdTicks;
    fields.lastOfAppend = lastOfAppend;
    sealRecord(bytes, at, length, streamBytes, typeBytes, payload.length, fields, this.view);
    this.used += length;
    this.count += 1;
    if (keep) this.stored.push(stored(record, position, payload));
    return position;
  }

  /** Forgets what was added after the batch had `used` bytes and `count` records, of which `kept` were kept. */
  undoTo(used: number, count: number, kept: number): void {
    this.used = used;
    this.count = count;
    this.stored.length = kept;
  }

  private grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.used);
    this.bytes = larger;
    this.view = viewOf(larger);
  }
}

function stored(record: NewRecord, position: number, payload: Buffer): StoredRecord {
  const { stream, revision, type, eventId, createdTicks } = record;
  return { position, stream, revision, type, eventId, createdTicks, payload };
}
