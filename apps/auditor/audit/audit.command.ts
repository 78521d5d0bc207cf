import { Command } from 'commander';
import type { LawfulOptions } from './print-lawful';

export const auditCommand = (): Command =>
  new Command('audit')
    .description('prove from the log alone that what was done was allowed, or name what was not')
    .helpCommand(false)
    .addCommand(lawful());

const lawful = (): Command =>
  new Command('lawful')
    .description(
      'reach every verdict once more, with register, statement and agreements as they stood, hold each fact, read and change to what stands ' +
        'before it, and report what is not as it must be; exit code 0 only where there is no violation',
    )
    .option('--person <data-subject>', 'report on one person alone, named by the pseudonym')
    .option('--from <instant|day>', 'report what was recorded from then on: an instant with its offset, or a day in Oslo from its start')
    .option('--until <instant|day>', 'report what was recorded until then: an instant, or a day in Oslo to its end')
    .option('--positions <file>', 'map of positions, where the log was made by "hjemmel log copy": events name those of the source')
    .option('--log <connection>', 'the log to read, esdb://… (default: HJEMMEL_LOG, or that of the data folder)')
    .option('--data <folder>', 'data folder of the instance (default: HJEMMEL_DATA, or ./data)')
    .option('--json', 'JSON Lines, one finding each and then the account of it all, for programs')
    .option('--nb', 'in Norwegian')
    .action(async (options: LawfulOptions) => {
      const { printLawful } = await import('./print-lawful.js');
      await printLawful(options);
    });
