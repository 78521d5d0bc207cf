import { Command, Option } from 'commander';
import { runProgram } from '@hjemmel/host';

/** Which of the vault's keys a command is about. */
const which = (): Option =>
  new Option('--blind-indexes', 'the key by which people are recognised, instead of the master key that wraps data keys');
const data = (): Option => new Option('--data <folder>', 'data folder of the instance (default: HJEMMEL_DATA, or ./data)');

/**
 * The command line of the vault's keys: `npm run vault -- status|rotate|retire`. A program of its own beside `hjemmel`, which needs the event log
 * alone and no database; this one needs the login of the vault and no other.
 */
function program(): Command {
  const vault = new Command('vault').description('Rotates and retires the keys of the vault, while the programs run.').helpCommand(false);
  vault
    .command('status')
    .description('print which keys there are, and how much is under each')
    .option('--json', 'print JSON')
    .addOption(data())
    .action(async (options: { readonly data?: string; readonly json?: boolean }) => {
      const { printStatus } = await import('./vault/print-status.js');
      await printStatus(options);
    });
  vault
    .command('rotate')
    .description('make the next key and put everything under it; where that broke off, go on')
    .addOption(which())
    .addOption(data())
    .action(async (options: { readonly data?: string; readonly blindIndexes?: boolean }) => {
      const { rotateKeys } = await import('./vault/rotate-keys.js');
      await rotateKeys(options);
    });
  vault
    .command('retire')
    .argument('<epoch>', 'number of the key')
    .description('take away a key that nothing is under any more; backups made under it can then be opened by nobody')
    .addOption(which())
    .addOption(data())
    .action(async (epoch: string, options: { readonly data?: string; readonly blindIndexes?: boolean }) => {
      const { retireKey } = await import('./vault/retire-key.js');
      await retireKey(epoch, options);
    });
  return vault;
}

runProgram(async () => {
  await program().parseAsync(process.argv);
});
