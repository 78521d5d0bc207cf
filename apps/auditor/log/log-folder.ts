import { join, resolve } from 'node:path';
import { LogDamaged, LogReadOnly } from '@hjemmel/embedded-log/engine';
import { RemoteFailure } from '@hjemmel/embedded-log/remote';
import { errorCode, exists, OperatorError, stderrLine } from '@hjemmel/host';
import { logIn } from '../data-folder';

const SEGMENTS = 'segments';

/** The folder of a log's files: the one that was named, or where an instance that was named keeps its log. Absolute. */
export async function logFolder(told: string): Promise<string> {
  const folder = resolve(told);
  if (await exists(join(folder, SEGMENTS))) return folder;
  return (await exists(join(logIn(folder), SEGMENTS))) ? logIn(folder) : folder;
}

/** @throws OperatorError where no log is in it */
export async function existingLogFolder(told: string): Promise<string> {
  const folder = await logFolder(told);
  if (await exists(join(folder, SEGMENTS))) return folder;
  throw new OperatorError(`there is no log in ${folder}`);
}

/** What an operator should read goes to stderr. That a small log has no index yet is no news. */
export function sayNotice({ kind, message }: { readonly kind: string; readonly message: string }): void {
  if (kind !== 'index-rebuilt') stderrLine(message);
}

/** Does the work; what an operator can put right comes as an OperatorError. */
export async function toldPlainly<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw plain(error);
  }
}

const WHY: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'the disk quota is used up',
  ENOENT: 'it is missing',
  ENOTDIR: 'a part of its path is a file',
  EISDIR: 'it is a folder',
  EEXIST: 'it is a file',
  EFBIG: 'the file-size limit is reached',
};

function plain(error: unknown): unknown {
  if (error instanceof LogDamaged || error instanceof LogReadOnly || error instanceof RemoteFailure)
    return new OperatorError(error.message);
  const why = WHY[errorCode(error) ?? ''];
  if (why === undefined || !(error instanceof Error)) return error;
  return new OperatorError('path' in error && typeof error.path === 'string' ? `${error.path}: ${why}` : why);
}
