import { readdir } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
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
  if (isWithin(to, from) || isWithin(from, to)) throw new OperatorError('a backup goes into a folder of its own, apart from the log');
  await ensureWritableFolder(to, 0o700);
  print(json, from, to, await toldPlainly(() => withReporter('backing up', (progress) => backup(from, to, progress))));
}

/** Makes a log from a backup. */
export async function restoreLog(backupFolder: string, { data, json }: RestoreOptions): Promise<void> {
  const from = await existingLogFolder(backupFolder);
  const to = resolve(data);
  await ensureWritableFolder(to, 0o700);
  if ((await readdir(to)).length > 0) throw new OperatorError(`${to} is not empty: restore into an empty folder`);
  print(json, from, to, await toldPlainly(() => withReporter('restoring', (progress) => restore(from, to, progress))));
}

const isWithin = (inner: string, outer: string): boolean => inner === outer || inner.startsWith(`${outer}${sep}`);

function print(json: boolean | undefined, from: string, to: string, report: CopyReport): void {
  printFigures(json, { from, to, ...report }, NAMES);
}
