import { Command } from 'commander';
import type { HistoryOptions } from './print-history';

export const historyCommand = (): Command =>
  new Command('history')
    .description('print, oldest first, each use of a person’s data: when, what, by whom, why it was allowed, or the rule that refused it')
    .argument('<data-subject>', 'pseudonym of the person, 32 hex digits')
    .option('--log <connection>', 'the log to read, esdb://… (default: HJEMMEL_LOG, or that of the data folder)')
    .option('--data <folder>', 'data folder of the instance (default: HJEMMEL_DATA, or ./data)')
    .option('--json', 'JSON Lines with every detail, for programs')
    .option('--nb', 'in Norwegian')
    .action(async (subject: string, options: HistoryOptions) => {
      const { printHistory } = await import('./print-history.js');
      await printHistory(subject, options);
    });
