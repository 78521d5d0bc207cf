import { Command, Option } from 'commander';
import { roles } from '@hjemmel/kernel/event';
import type { TokenOptions } from './print-token';

export const tokenCommand = (): Command =>
  new Command('token')
    .description('issue a token for the API, signed with the key of the data folder; prints the token alone')
    .addOption(new Option('--role <role>', 'what its bearer may do').choices(roles).makeOptionMandatory())
    .option('--subject <name>', 'who its bearer is (default: local-<role>)')
    .option('--hours <hours>', 'how long it holds', '8')
    .option('--data <folder>', 'data folder of the instance (default: HJEMMEL_DATA, or ./data)')
    .addHelpText(
      'after',
      '\nExample:\n  curl -H "Authorization: Bearer $(npx hjemmel token --role case-worker)" http://127.0.0.1:3000/orders',
    )
    .action(async (options: TokenOptions) => {
      const { printToken } = await import('./print-token.js');
      await printToken(options);
    });
