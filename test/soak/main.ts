import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { OperatorError, runProgram } from '@hjemmel/host';
import { soak } from './soak';

interface Options {
  readonly minutes: string;
  readonly folder?: string;
  readonly json?: string;
  readonly keep?: boolean;
}

const number = new Intl.NumberFormat('en');

runProgram(async () => {
  const command = new Command('soak')
    .description('write, read and follow an embedded log while its server is killed again and again, and account for every event')
    .option('--minutes <minutes>', 'how long', '60')
    .option('--folder <folder>', 'empty folder for the log (default: a temporary one)')
    .option('--keep', 'leave the folder there')
    .option('--json <file>', 'write the account as JSON, too')
    .parse();
  const options = command.opts<Options>();
  const minutes = Number(options.minutes);
  if (!(minutes > 0)) throw new OperatorError('--minutes must be a number above 0');
  const folder = resolve(options.folder ?? mkdtempSync(join(tmpdir(), 'hjemmel-soak-')));
  const report = await soak({
    seconds: minutes * 60,
    folder,
    disturbEveryMs: [2_000, 15_000],
    maintainEveryMs: 20_000,
    say: (line) => process.stdout.write(`${line}\n`),
  });
  for (const [name, count] of Object.entries(report.counts))
    process.stdout.write(`${name.padEnd(60)}${number.format(count).padStart(15)}\n`);
  for (const fault of report.faults) process.stdout.write(`FAULT ${fault}\n`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
  if (!options.keep && report.faultCount === 0) rmSync(folder, { recursive: true, force: true });
  process.stdout.write(`${report.seconds} s, ${report.faultCount} faults\n`);
  if (report.faultCount > 0) throw new OperatorError(`${report.faultCount} faults; the log is in ${folder}`);
  process.exit(0); // the client keeps its connections, and the process with them
});
