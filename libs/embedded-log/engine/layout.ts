import { join } from 'node:path';

/** Stands in the folder of a mirror: a log that belongs to another server, and is read here and not written. */
export const MIRROR_FILE = 'mirror.json';

/** Where things lie in a data folder. */
export function layout(folder: string): { readonly segments: string; readonly index: string } {
  return { segments: join(folder, 'segments'), index: join(folder, 'index') };
}
