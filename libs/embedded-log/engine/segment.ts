import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { LogDamaged } from './contract';
import { decodeSegmentHeader, SEGMENT_HEADER_BYTES, SegmentHeader } from './format';

const NAME = /^segment-(\d{16})\.log$/;

export function segmentName(base: number): string {
  return `segment-${String(base).padStart(16, '0')}.log`;
}

/** The base in a segment's file name, or undefined where the name is of another kind. */
export function baseOf(fileName: string): number | undefined {
  const digits = NAME.exec(fileName)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Known beginnings of records, at most {@link DIRECTORY_STEP} bytes of file (and one record) apart. */
export interface Directory {
  readonly positions: number[];
  readonly offsets: number[];
  /** File offset of the first record that was not looked at. */
  walkedTo: number;
}

export const DIRECTORY_STEP = 16 * 1024;

/** One segment file. Its descriptor is opened when it is first read and may be closed again at any time. */
export class Segment {
  directory: Directory | undefined;
  private fd: number | undefined;

  private constructor(
    readonly path: string,
    readonly base: number,
    readonly compacted: boolean,
    /** First position after the segment; for the newest one this moves with the durable tail. */
    public end: number,
    /** File offset after the last record; for the newest one this moves with the durable tail. */
    public dataEnd: number,
    readonly logId: Buffer,
    private readonly onOpened: (segment: Segment) => void,
  ) {}

  /**
   * Reads the header.
   *
   * @param named path that the header is held against; another than `path` where the file still has a draft's name
   * @param end first position of the next segment, or undefined for the newest one (whose `end` the file size then gives)
   * @throws LogDamaged where the header is not whole, or the file is shorter than what the next segment's base demands
   */
  static load(path: string, end: number | undefined, onOpened: (segment: Segment) => void, named = path): Segment {
    const fd = openSync(path, 'r');
    try {
      const header = readHeader(fd);
      if (typeof header === 'string') throw new LogDamaged(path, 0, header);
      if (header.base !== baseOf(basename(named)))
        throw new LogDamaged(path, 16, 'the header names another first position than the file name');
      const size = fstatSync(fd).size;
      const bySize = header.base + size - SEGMENT_HEADER_BYTES;
      if (header.compactedEnd !== undefined) {
        if (size < header.dataEnd) throw new LogDamaged(path, size, 'the file ends before its last record');
        if (end !== undefined && end !== header.compactedEnd)
          throw new LogDamaged(path, 24, `no segment begins at position ${header.compactedEnd}`);
        return new Segment(path, header.base, true, header.compactedEnd, header.dataEnd, header.logId, onOpened);
      }
      if (end !== undefined && bySize < end)
        throw new LogDamaged(path, size, `the file ends ${end - bySize} bytes before the next segment begins`);
      const known = end ?? bySize;
      return new Segment(path, header.base, false, known, known - header.base + SEGMENT_HEADER_BYTES, header.logId, onOpened);
    } finally {
      closeSync(fd);
    }
  }

  /** File offset of a position; only where the segment was not compacted. */
  offsetOf(position: number): number {
    return position - this.base + SEGMENT_HEADER_BYTES;
  }

  extendTo(position: number): void {
    this.end = position;
    this.dataEnd = this.offsetOf(position);
  }

  /** Fills `into` from the file, never past {@link dataEnd}. Returns how many bytes came. */
  read(into: Buffer, offset: number): number {
    const wanted = Math.min(into.length, this.dataEnd - offset);
    if (wanted <= 0) return 0;
    return this.readRaw(into, offset, wanted);
  }

  /** Like {@link read} without the limit: also what stands behind the last record. */
  readRaw(into: Buffer, offset: number, wanted: number): number {
    if (this.fd === undefined) {
      this.fd = openSync(this.path, 'r');
      this.onOpened(this);
    }
    let got = 0;
    while (got < wanted) {
      const bytes = readSync(this.fd, into, got, wanted - got, offset + got);
      if (bytes === 0) break;
      got += bytes;
    }
    return got;
  }

  close(): void {
    if (this.fd === undefined) return;
    closeSync(this.fd);
    this.fd = undefined;
  }
}

const LOOKS_AT_HEADER = 3;

/** Looks more than once: the header of a mirror's newest segment is written anew, in place, while the mirror grows. */
function readHeader(fd: number): SegmentHeader | string {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES);
  let header: SegmentHeader | string = '';
  for (let look = 0; look < LOOKS_AT_HEADER && typeof header === 'string'; look++)
    header = decodeSegmentHeader(bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, 0)));
  return header;
}
