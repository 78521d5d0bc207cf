import { Command } from 'commander';
import { runProgram } from '@hjemmel/host';
import { auditCommand } from './audit/audit.command';
import { historyCommand } from './history/history.command';
import { logCommand } from './log/log.command';
import { retentionCommand } from './retention/retention.command';
import { tokenCommand } from './token/token.command';

/** Each command stands in a folder of its own; what it does is loaded when it is called, so that help and mistakes are answered at once. */
const commands = [auditCommand, historyCommand, logCommand, retentionCommand, tokenCommand];

export function program(version: string): Command {
  const hjemmel = new Command('hjemmel')
    .description('Reads and proves what was done with personal data, and why it was allowed. Needs the event log alone, no database.')
    .version(version)
    .helpCommand(false);
  for (const command of commands) hjemmel.addCommand(command());
  return hjemmel;
}

/** Runs the command line. Exit code 0 where it did what was asked; else 1 and one line on stderr. */
export function run(argv: readonly string[], version: string): void {
  endWithReader();
  runProgram(async () => {
    await program(version).parseAsync([...argv]);
  });
}

/** `hjemmel history … | head` ends when its reader has seen enough. */
function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}
