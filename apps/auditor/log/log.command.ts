import { Command, InvalidArgumentError } from 'commander';
import type { BackupOptions, RestoreOptions } from './backup-log';
import type { CompactOptions } from './compact-log';
import type { CopyCommandOptions } from './copy-log';
import type { MirrorCommandOptions } from './mirror-log';
import type { ServeOptions } from './serve-log';
import type { StatsOptions } from './show-stats';
import type { VerifyOptions } from './verify-log';

const CONNECTIONS = '\nA connection is a connection string: esdb://127.0.0.1:2113?tls=false, or esdb+discover://user:password@cluster:2113';
const DATA = 'folder of the log (or data folder of an instance that has one)';

/** `hjemmel log …`: what an operator does with an event log. What a command does is loaded when it is called. */
export const logCommand = (): Command =>
  new Command('log')
    .description('serve, check, back up, compact, copy and mirror event logs')
    .helpCommand(false)
    .addCommand(serve())
    .addCommand(verify())
    .addCommand(stats())
    .addCommand(backup())
    .addCommand(restore())
    .addCommand(compact())
    .addCommand(copy())
    .addCommand(mirror());

const serve = (): Command =>
  new Command('serve')
    .description('start the embedded log alone; says ready and its connection string when it serves, and stops on SIGTERM or Ctrl-C')
    .requiredOption('--data <folder>', `${DATA}; made where it is missing`)
    .option('--port <port>', 'TCP port, 0 for a free one', port, 2113)
    .option('--host <address>', 'address to listen on; beyond loopback it needs TLS and a user', '127.0.0.1')
    .option('--advertise <name>', 'name or address that clients are told to use, where it is not the one listened on')
    .option('--tls-cert <file>', 'certificate, PEM')
    .option('--tls-key <file>', 'its key, PEM')
    .option('--user <name>', 'the one user that may call')
    .option('--password-file <file>', 'file with the password of the user, readable by its owner alone (mode 600)')
    .action(async (options: ServeOptions) => (await import('./serve-log.js')).serveLog(options));

const verify = (): Command =>
  new Command('verify')
    .description('read every byte of a log and its index and name each fault with its file and offset; also while the log is served')
    .argument('<folder>', DATA)
    .option('--json', 'one JSON object, for programs')
    .action(async (folder: string, options: VerifyOptions) => (await import('./verify-log.js')).verifyLog(folder, options));

const stats = (): Command =>
  new Command('stats')
    .description('count what is in a log')
    .argument('<folder|connection>', `${DATA}, or a connection (then all of it is read)`)
    .option('--exact', 'read also a large log in a folder to the end, in place of the bounds that its index tells')
    .option('--json', 'one JSON object, for programs')
    .addHelpText('after', CONNECTIONS)
    .action(async (place: string, options: StatsOptions) => (await import('./show-stats.js')).showStats(place, options));

const backup = (): Command =>
  new Command('backup')
    .description('copy a log as it stands now, also while it is served; into an earlier backup goes only what is new')
    .argument('<target-folder>', 'where the backup goes')
    .requiredOption('--data <folder>', DATA)
    .option('--json', 'one JSON object, for programs')
    .action(async (target: string, options: BackupOptions) => (await import('./backup-log.js')).backupLog(target, options));

const restore = (): Command =>
  new Command('restore')
    .description('make a log from a backup')
    .argument('<backup>', 'folder of the backup')
    .requiredOption('--data <folder>', 'folder for the log; empty or missing')
    .option('--json', 'one JSON object, for programs')
    .action(async (from: string, options: RestoreOptions) => (await import('./backup-log.js')).restoreLog(from, options));

const compact = (): Command =>
  new Command('compact')
    .description(
      'remove for good the events of deleted streams and those that $tb, $maxCount or $maxAge hide; positions of the others stay. ' +
        'Where the log is served, its server does it',
    )
    .requiredOption('--data <folder>', DATA)
    .option('--json', 'one JSON object, for programs')
    .action(async (options: CompactOptions) => (await import('./compact-log.js')).compactLog(options));

const copy = (): Command =>
  new Command('copy')
    .description(
      'copy the history of one server to another, in its order and with its ids and revisions, and compare them at the end. ' +
        'Started again it goes on where it was broken off',
    )
    .argument('<from>', 'connection of the source')
    .argument('<to>', 'connection of the target')
    .option('--map <file>', 'where to write which position became which', 'log-copy-positions.txt')
    .option('--json', 'one JSON object, for programs')
    .addHelpText('after', CONNECTIONS)
    .action(async (from: string, to: string, options: CopyCommandOptions) =>
      (await import('./copy-log.js')).copyBetween(from, to, options),
    );

const mirror = (): Command =>
  new Command('mirror')
    .description(
      'keep $all of a server in a folder, in the segment format and at its positions, and follow it until stopped. ' +
        'Started again it goes on where it ended',
    )
    .argument('<connection>', 'the server')
    .requiredOption('--into <folder>', 'where the mirror is, or goes')
    .option('--without-system-events', 'leave out events whose type begins with $')
    .option('--once', 'end when everything is mirrored that is there at the start')
    .option('--check', 'then read everything once more from the server and compare it byte by byte (implies --once)')
    .option('--forget-removed', 'remove from the mirror what the check finds removed on the server (implies --check)')
    .option('--json', 'JSON Lines, for programs')
    .addHelpText('after', CONNECTIONS)
    .action(async (connection: string, options: MirrorCommandOptions) => (await import('./mirror-log.js')).mirrorLog(connection, options));

function port(text: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (number <= 65_535) return number;
  throw new InvalidArgumentError('it must be a number from 0 to 65535.');
}
