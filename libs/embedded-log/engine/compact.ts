import { FileHandle, open, rename } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { syncFolder } from '@hjemmel/host';
import { StoredRecord } from './contract';
import { encodedLength, encodeSegmentHeader, RECORD_HEADER_BYTES, RecordKind, sealRecord, SEGMENT_HEADER_BYTES } from './format';
import { RecordView } from './record-view';
import { Segment } from './segment';
import { Segments } from './segments';

const WRITE_BYTES = 1024 * 1024;
const RECORDS_PER_TURN = 1000;

export interface CompactionRules {
  /** Whether the record is to vanish. */
  isGone(record: StoredRecord): boolean;
  /** Whether its revision is the stream's greatest: then name and revision stay, so that numbering never restarts. */
  isNewestOfStream(record: StoredRecord): boolean;
}

export interface CompactionReport {
  /** Records that were removed by this run. */
  readonly removed: number;
  readonly rewrittenSegments: number;
  /** Bytes by which the segment files became shorter. */
  readonly freedBytes: number;
  /** Positions between which segments were rewritten, or undefined where nothing was. */
  readonly range: { readonly from: number; readonly to: number } | undefined;
}

/**
 * Rewrites every segment but the newest that holds something gone.
 * @param stopped asked between segments; what was rewritten until then stays so
 */
export async function compactSegments(segments: Segments, rules: CompactionRules, stopped: () => boolean): Promise<CompactionReport> {
  let [removed, freedBytes, rewrittenSegments] = [0, 0, 0];
  let range: { from: number; to: number } | undefined;
  for (const segment of segments.list.slice(0, -1)) {
    if (stopped()) break;
    const result = await compactSegment(segments, segment, rules);
    if (!result) continue;
    removed += result.removed;
    freedBytes += result.freed;
    rewrittenSegments += 1;
    range = { from: range?.from ?? segment.base, to: segment.end };
  }
  return { removed, rewrittenSegments, freedBytes, range };
}

/**
 * Rewrites one sealed segment without the records that are gone; positions of the others stay. The new file takes the
 * place of the old one in one step, after it is on disk: a crash leaves the one or the other.
 *
 * @returns records removed and bytes freed, or undefined where nothing was gone
 * @throws LogDamaged where the segment is not whole; it is then as before
 */
export async function compactSegment(
  segments: Segments,
  segment: Segment,
  rules: CompactionRules,
): Promise<{ removed: number; freed: number } | undefined> {
  if (!(await hasSomethingToDrop(segments, segment, rules))) return undefined;
  const draft = `${segment.path}.tmp`;
  const before = segment.dataEnd;
  const handle = await open(draft, 'w');
  let removed = 0;
  let size: number;
  try {
    const out = new Output(handle);
    await forEachRecord(segments, segment, async (record) => {
      const fate = fateOf(record, rules);
      if (fate === 'kept') await out.take(record.bytes, record.at, record.length);
      else if (fate === 'stub') await out.takeStub(record);
      if (fate !== 'kept' && !record.isStub) removed += 1;
    });
    size = await out.finish();
    const header = encodeSegmentHeader({ base: segment.base, compactedEnd: segment.end, dataEnd: size, logId: segment.logId });
    await handle.write(header, 0, header.length, 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, segment.path);
  segments.replace(segment);
  await syncFolder(segments.folder);
  return { removed, freed: before - size };
}

type Fate = 'kept' | 'stub' | 'dropped';

function fateOf(record: RecordView, rules: CompactionRules): Fate {
  if (record.isStub) return rules.isNewestOfStream(record) ? 'kept' : 'dropped';
  if (!rules.isGone(record)) return 'kept';
  return rules.isNewestOfStream(record) ? 'stub' : 'dropped';
}

async function hasSomethingToDrop(segments: Segments, segment: Segment, rules: CompactionRules): Promise<boolean> {
  let found = false;
  await forEachRecord(segments, segment, async (record) => {
    found ||= fateOf(record, rules) !== 'kept';
    return found;
  });
  return found;
}

/** Calls `use` with each record, giving way to other work now and then; true ends the walk. */
async function forEachRecord(segments: Segments, segment: Segment, use: (record: RecordView) => Promise<boolean | void>): Promise<void> {
  const scanner = segments.scanner(segment, SEGMENT_HEADER_BYTES);
  let count = 0;
  for (let record = segments.advance(scanner, segment); record; record = segments.advance(scanner, segment)) {
    if ((await use(record)) === true) return;
    if (++count % RECORDS_PER_TURN === 0) await nextTurn();
  }
}

/** Gathers records and writes them in large pieces, behind room for the header. */
class Output {
  private readonly buffer = Buffer.allocUnsafeSlow(WRITE_BYTES);
  private used = 0;
  private offset = SEGMENT_HEADER_BYTES;

  constructor(private readonly handle: FileHandle) {}

  async take(bytes: Buffer, at: number, length: number): Promise<void> {
    if (this.used + length > WRITE_BYTES) await this.flush();
    if (length > WRITE_BYTES) return this.write(bytes.subarray(at, at + length));
    bytes.copy(this.buffer, this.used, at, at + length);
    this.used += length;
  }

  async takeStub(record: RecordView): Promise<void> {
    const stream = Buffer.from(record.stream);
    const length = encodedLength(stream.length, 0, 0);
    const stub = Buffer.alloc(length);
    stream.copy(stub, RECORD_HEADER_BYTES);
    const { position, revision, createdTicks } = record;
    const fields = { position, batchStart: position, batchNumber: 0, revision, createdTicks, kind: RecordKind.Stub, lastOfAppend: true };
    sealRecord(stub, 0, length, stream.length, 0, 0, fields);
    await this.take(stub, 0, length);
  }

  /** Size of the file. */
  async finish(): Promise<number> {
    await this.flush();
    return this.offset;
  }

  private async flush(): Promise<void> {
    if (this.used === 0) return;
    const { used } = this;
    this.used = 0;
    await this.write(this.buffer.subarray(0, used));
  }

  private async write(bytes: Buffer): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.handle.write(bytes, done, bytes.length - done, this.offset + done);
      done += bytesWritten;
    }
    this.offset += bytes.length;
  }
}
