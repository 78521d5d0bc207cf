import { resolve } from 'node:path';
import { backup, CopyReport, restore } from '@hjemmel/embedded-log/engine';
import { ensureWritableFolder, OperatorError } from '@hjemmel/host';
import { existingLogFolder, toldPlainly } from './log-folder';
import { printFigures, withReporter } from './output';

export interface BackupOptions {
  readonly data: string;
  readonly json?: boolean;
}

export interface RestoreOptions {
  readonly data: string;
  readonly json?: boolean;
}

const NAMES = {
  from: 'from',
  to: 'to',
  tail: 'up to position',
  segments: 'segments',
  unchangedSegments: 'of them unchanged since the last backup',
  copiedBytes: 'bytes copied',
} as const;

/** Copies a log as it stands, whether it is served or not. */
export async function backupLog(target: string, { data, json }: BackupOptions): Promise<void> {
  const from = await existingLogFolder(data);
  const to = resolve(target);
  if (to === from || to.startsWith(`${from}/`)) throw new OperatorError('a backup does not go into the log itself: name another folder');
  await ensureWritableFolder(to, 0o700);
  print(json, from, to, await toldPlainly(() => withReporter('backing up', (progress) => backup(from, to, progress))));
}

/** Makes a log from a backup. */
export async function restoreLog(backupFolder: string, { data, json }: RestoreOptions): Promise<void> {
  const from = await existingLogFolder(backupFolder);
  const to = resolve(data);
  await ensureWritableFolder(to, 0o700);
  print(json, from, to, await toldPlainly(() => withReporter('restoring', (progress) => restore(from, to, progress))));
}

function print(json: boolean | undefined, from: string, to: string, report: CopyReport): void {
  printFigures(json, { from, to, ...report }, NAMES);
}
