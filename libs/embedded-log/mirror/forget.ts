import { lockFolder, OperatorError } from '@hjemmel/host';
import { compactSegment } from '../engine/compact';
import { layout } from '../engine/layout';
import { Segments } from '../engine/segments';
import { describeMirror } from './mirror-folder';

/**
 * Removes events from a mirror for good, so that what was erased on the server does not live on in its copy.
 *
 * @param positions ascending
 * @returns how many were removed
 * @throws OperatorError where the folder is no mirror, or is in use; LogDamaged
 */
export async function forget(folder: string, positions: readonly number[]): Promise<number> {
  if (!(await describeMirror(folder))) throw new OperatorError(`${folder} is no mirror`);
  const lock = await lockFolder(folder, 'log');
  const segments = new Segments(layout(folder).segments);
  try {
    segments.load();
    const gone = new Set(positions);
    const rules = { isGone: ({ position }: { readonly position: number }) => gone.has(position), isNewestOfStream: () => false };
    let removed = 0;
    for (const segment of [...segments.list]) {
      if (!positions.some((position) => position >= segment.base && position < segment.end)) continue;
      removed += (await compactSegment(segments, segment, rules))?.removed ?? 0;
    }
    return removed;
  } finally {
    segments.close();
    await lock.release();
  }
}
