import { CompactionReport, Engine, Notice, openEngine } from '../engine';
import { MetadataViews } from '../streams/metadata-views';
import { StreamReader } from '../streams/reader';
import { removable } from './removable';

/**
 * Rewrites the segments of an open log without the events that nobody is shown any more; see {@link removable}. Reads and appends go on.
 * @throws LogDamaged where a segment is not whole, LogReadOnly where no append is taken
 */
export async function compactEngine(engine: Engine): Promise<CompactionReport> {
  const metadata = new MetadataViews(engine);
  try {
    return await engine.compact(removable(new StreamReader(engine, metadata), metadata));
  } finally {
    metadata.close();
  }
}

/**
 * The same for a log that nobody has open.
 * @throws OperatorError where somebody has it open
 */
export async function compactFolder(folder: string, onNotice: (notice: Notice) => void = () => undefined): Promise<CompactionReport> {
  const engine = await openEngine({ folder, onNotice });
  try {
    return await compactEngine(engine);
  } finally {
    await engine.close();
  }
}
