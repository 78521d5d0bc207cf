import { resolve } from 'node:path';
import { copyLog, CopyPhase } from '@hjemmel/embedded-log/copy';
import { RemoteAddress } from '@hjemmel/embedded-log/remote';
import { OperatorError, stderrLine } from '@hjemmel/host';
import { interruption } from './interruption';
import { toldPlainly } from './log-folder';
import { printFigures, Reporter } from './output';

export interface CopyCommandOptions {
  readonly map: string;
  readonly json?: boolean;
}

const NAMES = {
  from: 'from',
  to: 'to',
  found: 'events found on the target',
  copied: 'events copied',
  gaps: 'gaps filled, where the source has removed events',
  verified: 'events compared and equal',
  map: 'map of positions',
} as const;

/** Copies the history of one server to another. */
export async function copyBetween(from: string, to: string, { map, json }: CopyCommandOptions): Promise<void> {
  const [source, target] = [RemoteAddress.parse(from), RemoteAddress.parse(to)];
  const mapFile = resolve(map);
  const signal = interruption();
  const phases = new Phases();
  try {
    const report = await toldPlainly(() =>
      copyLog({ from: source, to: target, mapFile, signal, onProgress: phases.report, onNotice: stderrLine }),
    );
    phases.stop();
    printFigures(json, { from: source.shown, to: target.shown, ...report, map: mapFile }, NAMES);
    if (report.sourceWentOn) stderrLine('the source has got more events meanwhile: run the same again to copy those');
  } catch (error) {
    phases.stop();
    if (signal.aborted) throw new OperatorError('stopped: the same command goes on where it ended');
    throw error;
  }
}

/** One reporter after the other. */
class Phases {
  private phase: CopyPhase | undefined;
  private reporter: Reporter | undefined;

  readonly report = (phase: CopyPhase, done: number, total: number): void => {
    if (phase !== this.phase) {
      this.stop();
      this.phase = phase;
      this.reporter = new Reporter(phase);
    }
    this.reporter?.report(done, total);
  };

  stop(): void {
    this.reporter?.stop();
    this.reporter = undefined;
    this.phase = undefined;
  }
}
