import { FileHandle, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '@hjemmel/host';
import { encodedLength, encodeSegmentHeader, RECORD_HEADER_BYTES, RecordKind, SEGMENT_HEADER_BYTES, sealRecord } from '../engine/format';
import { segmentName } from '../engine/segment';
import { RemoteEvent } from '../remote';

/** A mirrored event as a record of the segment format. Its position is the server's, and its payload what came over the wire. */
export function encodeMirrored(event: RemoteEvent): Buffer {
  const stream = Buffer.from(event.stream, 'utf8');
  const type = Buffer.from(event.type, 'utf8');
  const { raw, position, revision, createdTicks } = event;
  const length = encodedLength(stream.length, type.length, raw.length);
  const record = Buffer.allocUnsafe(length);
  event.id.copy(record, ID_AT);
  stream.copy(record, RECORD_HEADER_BYTES);
  type.copy(record, RECORD_HEADER_BYTES + stream.length);
  raw.copy(record, RECORD_HEADER_BYTES + stream.length + type.length);
  const place = { position, batchStart: position, batchNumber: 0, revision, createdTicks, kind: RecordKind.Event, lastOfAppend: true };
  sealRecord(record, 0, length, stream.length, type.length, raw.length, place);
  return record;
}

const ID_AT = 40;

/**
 * The newest segment of a mirror. It has the form of a compacted one, whose records say themselves where they stand, and grows: records
 * go to disk behind those that its header speaks of, and then the header speaks of them too. A crash between the two loses nothing that
 * was told, and a reader never sees half a record.
 */
export class MirrorSegment {
  private constructor(
    private readonly handle: FileHandle,
    readonly base: number,
    private readonly logId: Buffer,
    private fileEnd: number,
  ) {}

  static async create(folder: string, base: number, logId: Buffer): Promise<MirrorSegment> {
    const path = join(folder, segmentName(base));
    const draft = await open(`${path}.tmp`, 'w');
    try {
      await draft.write(encodeSegmentHeader({ base, compactedEnd: base, dataEnd: SEGMENT_HEADER_BYTES, logId }));
      await draft.sync();
    } finally {
      await draft.close();
    }
    await rename(`${path}.tmp`, path);
    await syncFolder(folder);
    return MirrorSegment.open(path, base, logId, SEGMENT_HEADER_BYTES);
  }

  /** Cuts off what its header does not speak of. */
  static async open(path: string, base: number, logId: Buffer, fileEnd: number): Promise<MirrorSegment> {
    const handle = await open(path, 'r+');
    await handle.truncate(fileEnd);
    return new MirrorSegment(handle, base, logId, fileEnd);
  }

  get bytes(): number {
    return this.fileEnd;
  }

  /**
   * @param records in order; may be none
   * @param end first position after what was considered
   */
  async extend(records: readonly Buffer[], end: number): Promise<void> {
    if (records.length > 0) {
      let at = this.fileEnd;
      const bytes = Buffer.concat(records);
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.handle.write(bytes, done, bytes.length - done, at);
        done += bytesWritten;
        at += bytesWritten;
      }
      await this.handle.datasync();
      this.fileEnd = at;
    }
    const header = encodeSegmentHeader({ base: this.base, compactedEnd: end, dataEnd: this.fileEnd, logId: this.logId });
    await this.handle.write(header, 0, header.length, 0);
  }

  async close(): Promise<void> {
    try {
      await this.handle.sync();
    } finally {
      await this.handle.close();
    }
  }
}
