import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, unlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Lock, lockFolder, OperatorError, syncFolder } from '@hjemmel/host';
import { DurableTail } from './durable-tail';
import { Engine } from './engine';
import { MAX_MEMTABLE_ENTRIES } from './stream-index/build';
import { IndexedLog, LogIndex } from './stream-index/log-index';
import { IndexDamaged } from './stream-index/table-format';
import { readManifest } from './stream-index/manifest';
import { LOG_ID_BYTES } from './format';
import { EngineOptions, Notice } from './options';
import { recoverTail } from './recovery';
import { Segment } from './segment';
import { SegmentFile, Spare } from './segment-file';
import { RecordReader, Segments } from './segments';
import { Writer } from './writer';
import { layout, MIRROR_FILE } from './layout';
import { LogRead } from './log-read';

const SCRATCH_BYTES = 64 * 1024;
const MIB = 1024 * 1024;

/**
 * Opens the log in the folder for this process alone, or makes it. Reads what came after the index was last written, not
 * the whole history. A torn tail is cut off and told through `onNotice`.
 *
 * @throws LogDamaged where acknowledged bytes are not whole, naming file and offset; OperatorError where the folder is in use
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { folder } = options;
  const paths = layout(folder);
  if (existsSync(join(folder, MIRROR_FILE))) throw new OperatorError(`${folder} is a mirror of another log: it can be read, not served`);
  mkdirSync(paths.segments, { recursive: true });
  const lock = await lockFolder(folder, 'log');
  try {
    removeLeftovers(paths.segments, options.onNotice ?? (() => undefined));
    return await assemble(options, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function assemble(options: EngineOptions, lock: Lock): Promise<Engine> {
  const settings = withDefaults(options);
  const paths = layout(options.folder);
  const segments = new Segments(paths.segments);
  segments.load();
  const last = segments.newest;
  if (!last || last.compacted) {
    // A backup made right after a compaction ends with a rewritten segment, behind which nothing can be written.
    await new Spare(paths.segments, 0, last?.logId ?? randomBytes(LOG_ID_BYTES)).become(last?.end ?? 0);
    await syncFolder(options.folder);
    await syncFolder(dirname(resolve(options.folder)));
    segments.load();
  }
  const newest = segments.newest as Segment;
  const recovered = recoverTail(newest, acknowledged(options.folder), settings.onNotice);
  const index = new LogIndex({ ...settings, folder: paths.index }, sourceOf(segments));
  const engine = new Engine(options.folder, segments, index, lock);
  const file = SegmentFile.open(paths.segments, newest.base, recovered.allocated);
  const writer = new Writer({ ...settings, folder: paths.segments }, segments, file, DurableTail.open(options.folder), engine, recovered);
  engine.use(writer);
  try {
    await index.open(recovered.position);
  } catch (error) {
    await writer.close();
    await index.close();
    throw error;
  }
  return engine;
}

/** What is known to have been acknowledged: the remembered tail, and the index, which takes nothing that is not on disk. */
function acknowledged(folder: string): number {
  return Math.max(DurableTail.read(folder) ?? 0, indexedTo(layout(folder).index));
}

function indexedTo(folder: string): number {
  try {
    return readManifest(folder)?.tables.at(-1)?.to ?? 0;
  } catch (error) {
    if (error instanceof IndexDamaged) return 0; // told when the index itself is opened
    throw error;
  }
}

function sourceOf(segments: Segments): IndexedLog {
  const reads = new LogRead(segments);
  const reader = new RecordReader(segments, Buffer.allocUnsafeSlow(SCRATCH_BYTES));
  return {
    read: (position) => reader.read(position),
    records: (from, to) => reads.everything(from, to),
  };
}

function withDefaults(options: EngineOptions): Required<EngineOptions> {
  const settings = {
    onNotice: () => undefined,
    segmentBytes: 64 * MIB,
    preallocateBytes: 16 * MIB,
    memtableEntries: 65_536,
    mergeFanIn: 8,
    hashBits: 64,
    ...options,
  };
  const { memtableEntries } = settings;
  if (memtableEntries < 1 || memtableEntries > MAX_MEMTABLE_ENTRIES)
    throw new RangeError(`memtableEntries must be 1 to ${MAX_MEMTABLE_ENTRIES}`);
  return settings;
}

/** Drafts that a crash left behind; whatever they were to become was not yet in use. */
function removeLeftovers(folder: string, onNotice: (notice: Notice) => void): void {
  for (const file of readdirSync(folder)) {
    if (file !== 'spare' && !file.endsWith('.tmp')) continue;
    unlinkSync(join(folder, file));
    if (file !== 'spare')
      onNotice({ kind: 'left-over-removed', message: `removed ${file}, the draft of a file that was never put in use`, file });
  }
}
