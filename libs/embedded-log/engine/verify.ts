import { existsSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LogDamaged } from './contract';
import { DurableTail } from './durable-tail';
import { SEGMENT_HEADER_BYTES } from './format';
import { layout } from './layout';
import { nextWholeRecord, wholeEnd } from './recovery';
import { Scanner } from './scanner';
import { Segment } from './segment';
import { Segments } from './segments';
import { IndexCheck } from './stream-index/check';

const RECORDS_PER_TURN = 5000;

export interface Problem {
  readonly file: string;
  readonly offset: number;
  readonly detail: string;
  /** Index files are derived: they are made anew from the segments. Damage in a segment is loss. */
  readonly derived: boolean;
}

export interface VerifyReport {
  readonly segments: number;
  readonly records: number;
  /** End of the acknowledged log. */
  readonly tail: number;
  readonly indexEntries: number;
  readonly problems: readonly Problem[];
}

/**
 * Reads every byte of the log and of its index and checks it: checksums, places, order, and that the index names each
 * record. Takes no lock and writes nothing; may run beside the process that owns the log.
 *
 * @param onProgress called with positions done and the position at the end
 */
export async function verify(folder: string, onProgress: (done: number, total: number) => void = () => undefined): Promise<VerifyReport> {
  const problems: Problem[] = [];
  const remembered = DurableTail.read(folder);
  const segments = loadSegments(folder, problems);
  const { newest } = segments;
  const tail = remembered ?? (newest ? wholeEnd(newest) : 0);
  if (newest && !newest.compacted) newest.extendTo(Math.max(newest.base, tail));
  const index = IndexCheck.open(layout(folder).index, tail);
  let records = 0;
  try {
    for (const segment of segments.list) {
      for await (const found of walk(segment, problems)) {
        records += found.length;
        for (const record of found) index.saw(record);
        onProgress(found.at(-1)?.position ?? segment.end, tail);
      }
    }
    if (problems.length === 0) await index.compare(segments.list.some(({ compacted }) => compacted));
  } finally {
    segments.close();
    index.close();
  }
  return { segments: segments.list.length, records, tail, indexEntries: index.entries, problems: [...problems, ...index.problems] };
}

function loadSegments(folder: string, problems: Problem[]): Segments {
  const segments = new Segments(layout(folder).segments);
  if (!existsSync(segments.folder)) throw new LogDamaged(segments.folder, 0, 'there is no log in this folder');
  try {
    segments.load();
  } catch (error) {
    if (!(error instanceof LogDamaged)) throw error;
    problems.push(asProblem(error));
  }
  return segments;
}

/** Records of a segment in portions. Goes on behind a damaged place where a whole record can be found. */
async function* walk(segment: Segment, problems: Problem[]): AsyncGenerator<readonly NonNullable<ReturnType<Scanner['tryNext']>>[]> {
  let offset: number | undefined = SEGMENT_HEADER_BYTES;
  while (offset !== undefined) {
    const scanner: Scanner = new Scanner(segment, offset);
    let portion = [];
    for (let record = scanner.tryNext(); record; record = scanner.tryNext()) {
      if (portion.push(record) < RECORDS_PER_TURN) continue;
      yield portion;
      portion = [];
      await nextTurn();
    }
    if (portion.length > 0) yield portion;
    if (!scanner.fault) return;
    problems.push({ file: segment.path, ...scanner.fault, derived: false });
    offset = segment.compacted ? undefined : nextWholeRecord(segment, scanner.fault.offset);
  }
}

function asProblem({ file, offset, message }: LogDamaged): Problem {
  return { file, offset, detail: message.slice(message.indexOf(': ') + 2), derived: false };
}
