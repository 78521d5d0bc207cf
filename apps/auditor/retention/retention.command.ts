import { Command } from 'commander';
import type { DueOptions } from './print-due';

export const retentionCommand = (): Command =>
  new Command('retention').description('tell how long personal data is kept, and what goes when').addCommand(due());

const due = (): Command =>
  new Command('due')
    .description('print what may not be kept any more, what goes when, and what no run lets go: by day, rule and retention class')
    .option(
      '--at <date>',
      'as of a day in Europe/Oslo (YYYY-MM-DD, its end) or an instant with its offset, also one to come (default: now)',
    )
    .option('--person <data-subject>', 'of one person alone: pseudonym, 32 hex digits')
    .option('--log <connection>', 'the log to read, esdb://… (default: HJEMMEL_LOG, or that of the data folder)')
    .option('--data <folder>', 'data folder of the instance (default: HJEMMEL_DATA, or ./data)')
    .option('--json', 'JSON Lines with every detail, for programs')
    .option('--nb', 'in Norwegian')
    .action(async (options: DueOptions) => {
      const { printDue } = await import('./print-due.js');
      await printDue(options);
    });
