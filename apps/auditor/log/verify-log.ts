import { verify } from '@hjemmel/embedded-log/engine';
import { OperatorError } from '@hjemmel/host';
import { existingLogFolder, toldPlainly } from './log-folder';
import { withReporter } from './output';

export interface VerifyOptions {
  readonly json?: boolean;
}

/** Checks a log's files. @throws OperatorError where anything is not whole, after each fault was printed */
export async function verifyLog(told: string, { json }: VerifyOptions): Promise<void> {
  const folder = await existingLogFolder(told);
  const report = await toldPlainly(() => withReporter('verifying', (progress) => verify(folder, progress)));
  const { problems, segments, records, tail } = report;
  if (json) process.stdout.write(`${JSON.stringify({ folder, whole: problems.length === 0, ...report })}\n`);
  else {
    for (const { file, offset, detail, derived } of problems)
      process.stdout.write(`${file}:${offset}: ${detail}${derived ? ' (an index file: it is made anew from the segments)' : ''}\n`);
    process.stdout.write(`${folder}: ${records} records in ${segments} segments, up to position ${tail}: ${verdict(problems.length)}\n`);
  }
  if (problems.length > 0) throw new OperatorError(`the log in ${folder} is not whole: ${verdict(problems.length)}`);
}

const verdict = (faults: number): string => (faults === 0 ? 'whole' : faults === 1 ? '1 fault' : `${faults} faults`);
