import { OperatorError } from '@hjemmel/host';
import { pseudonymOf } from '../pseudonym';
import { LogOptions, withLog } from '../log-address';
import { tableLines } from '../table';
import { hasColour, Progress, tableWidth } from '../terminal';
import type { HistoryEntry } from './entries';
import { personHistory } from './person-history';
import { countsOf, rowOf, shownOf } from './rows';
import { english, norwegian } from './texts';

export interface HistoryOptions extends LogOptions {
  readonly json?: true;
  readonly nb?: true;
}

/** @throws OperatorError where the person is not known, or the log can't be read */
export async function printHistory(subject: string, options: HistoryOptions): Promise<void> {
  const subjectId = pseudonymOf(subject);
  const entries = await withLog(options, async (log, end = -1n) => {
    const progress = new Progress('reading the log');
    try {
      return await personHistory(log, subjectId, end, progress.report);
    } finally {
      progress.stop();
    }
  });
  if (!entries) throw new OperatorError('the log knows no such data subject');
  const lines = options.json ? entries.map((entry) => JSON.stringify(entry)) : table(subjectId, entries, options);
  process.stdout.write(`${lines.join('\n')}\n`);
}

function table(subjectId: string, entries: readonly HistoryEntry[], { nb }: HistoryOptions): string[] {
  const texts = nb ? norwegian : english;
  const rows = shownOf(entries).map((entry) => rowOf(entry, texts));
  const lines = tableLines(texts.headings, rows, { width: tableWidth(), colour: hasColour() });
  return [texts.title(subjectId), '', ...lines, '', texts.counts(countsOf(entries))];
}
