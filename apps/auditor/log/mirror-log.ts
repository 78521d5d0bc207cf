import { resolve } from 'node:path';
import { checkMirror, forget, mirror } from '@hjemmel/embedded-log/mirror';
import { Remote, RemoteAddress } from '@hjemmel/embedded-log/remote';
import { OperatorError, stderrLine } from '@hjemmel/host';
import { interruption } from './interruption';
import { toldPlainly } from './log-folder';
import { printFigures, Reporter, withReporter } from './output';

export interface MirrorCommandOptions {
  readonly into: string;
  readonly withoutSystemEvents?: boolean;
  readonly once?: boolean;
  readonly check?: boolean;
  readonly forgetRemoved?: boolean;
  readonly json?: boolean;
}

const NAMES = {
  mirror: 'mirror',
  of: 'of',
  events: 'events mirrored by this run',
  considered: 'up to position',
  equal: 'events compared and equal',
  removedOnServer: 'events in the mirror that the server has removed',
  forgotten: 'of them removed from the mirror',
} as const;

/** Keeps a mirror of a server until it is stopped, or until it has everything. */
export async function mirrorLog(connection: string, options: MirrorCommandOptions): Promise<void> {
  const { withoutSystemEvents = false, json } = options;
  const source = RemoteAddress.parse(connection);
  const folder = resolve(options.into);
  const check = (options.check ?? false) || (options.forgetRemoved ?? false);
  const once = (options.once ?? false) || check;
  const signal = interruption();
  const reporter = new Reporter('mirroring');
  let considered = -1;
  const report = await toldPlainly(() =>
    mirror({
      source,
      folder,
      withoutSystemEvents,
      once,
      signal,
      onProgress(position, end) {
        considered = position;
        reporter.report(position, end);
      },
      onCaughtUp() {
        reporter.stop();
        if (!once) process.stdout.write(json ? `${JSON.stringify({ caughtUp: considered })}\n` : `caught up at position ${considered}\n`);
      },
      onNotice: stderrLine,
    }).finally(() => reporter.stop()),
  );
  const figures = { mirror: folder, of: source.shown, ...report };
  if (!check || signal.aborted) return printFigures(json, figures, NAMES);
  const compared = await toldPlainly(() => compare(source, folder, withoutSystemEvents));
  const forgotten = options.forgetRemoved ? await toldPlainly(() => forget(folder, compared.removedOnServer)) : undefined;
  for (const { position, detail } of compared.faults) process.stdout.write(`position ${position}: ${detail}\n`);
  printFigures(json, { ...figures, ...compared, removedOnServer: compared.removedOnServer.length, forgotten }, NAMES);
  if (compared.faultCount > 0) throw new OperatorError(`the mirror in ${folder} differs from the server in ${compared.faultCount} events`);
}

async function compare(source: RemoteAddress, folder: string, withoutSystemEvents: boolean) {
  const remote = await Remote.connect(source);
  try {
    return await withReporter('comparing', (progress) => checkMirror(remote, folder, withoutSystemEvents, progress));
  } finally {
    remote.close();
  }
}
