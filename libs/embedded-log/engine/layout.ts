import { join } from 'node:path';

/** Where things lie in a data folder. */
export function layout(folder: string): { readonly segments: string; readonly index: string } {
  return { segments: join(folder, 'segments'), index: join(folder, 'index') };
}
