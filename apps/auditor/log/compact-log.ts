import { compactFolder } from '@hjemmel/embedded-log/compaction/compact-log';
import { askToCompact } from '@hjemmel/embedded-log/control/control';
import { lockHolder, OperatorError } from '@hjemmel/host';
import { describeMirror } from '@hjemmel/embedded-log/mirror';
import { existingLogFolder, sayNotice, toldPlainly } from './log-folder';
import { printFigures } from './output';

export interface CompactOptions {
  readonly data: string;
  readonly json?: boolean;
}

const NAMES = {
  log: 'log',
  by: 'done by',
  removed: 'records removed',
  rewrittenSegments: 'segments rewritten',
  freedBytes: 'bytes freed',
} as const;

/** Removes what nobody is shown any more, by the process that serves the log or, where none does, by this one. */
export async function compactLog({ data, json }: CompactOptions): Promise<void> {
  const folder = await existingLogFolder(data);
  if (await describeMirror(folder))
    throw new OperatorError(`${folder} is a mirror: what its server has removed goes with hjemmel log mirror … --forget-removed`);
  const server = await lockHolder(folder, 'log');
  const report = await toldPlainly(() => (server === undefined ? compactFolder(folder, sayNotice) : askToCompact(folder)));
  printFigures(json, { log: folder, by: server === undefined ? 'this process' : `process ${server}, which serves it`, ...report }, NAMES);
}
