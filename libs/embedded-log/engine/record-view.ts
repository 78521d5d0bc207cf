import { StoredRecord } from './contract';
import { Field, isLastOfAppend, paddingOf, readUint53, RECORD_HEADER_BYTES, RecordKind } from './format';

/**
 * A record as it lies in a chunk read from a segment. Fields are decoded when asked for, since a scan rarely needs all of
 * them. They are getters: copy them by name, not by spreading. The payload shares memory with the chunk it was read in.
 */
export class RecordView implements StoredRecord {
  private streamText: string | undefined;
  private typeText: string | undefined;

  constructor(
    readonly bytes: Buffer,
    readonly at: number,
    readonly length: number,
    readonly position: number,
  ) {}

  get stream(): string {
    return (this.streamText ??= this.bytes.toString('utf8', this.at + RECORD_HEADER_BYTES, this.typeAt));
  }

  get revision(): number {
    return readUint53(this.bytes, this.at + Field.revision);
  }

  get type(): string {
    return (this.typeText ??= this.bytes.toString('utf8', this.typeAt, this.payloadAt));
  }

  get eventId(): Buffer {
    return this.bytes.subarray(this.at + Field.eventId, this.at + Field.eventId + 16);
  }

  get createdTicks(): bigint {
    return this.bytes.readBigInt64LE(this.at + Field.created);
  }

  get payload(): Buffer {
    return this.bytes.subarray(this.payloadAt, this.at + this.length - paddingOf(this.bytes, this.at));
  }

  get isStub(): boolean {
    return this.bytes.readUInt8(this.at + Field.kind) === RecordKind.Stub;
  }

  get lastOfAppend(): boolean {
    return isLastOfAppend(this.bytes, this.at);
  }

  /** Position of the first byte after the record. */
  get end(): number {
    return this.position + this.length;
  }

  private get typeAt(): number {
    return this.at + RECORD_HEADER_BYTES + this.bytes.readUInt16LE(this.at + Field.streamLength);
  }

  private get payloadAt(): number {
    return this.typeAt + this.bytes.readUInt16LE(this.at + Field.typeLength);
  }
}
