import { tableLines } from '../table';
import { hasColour, Progress, tableWidth } from '../terminal';

const LINE_EVERY_MS = 5_000;

/** How far a long work is, on stderr: a bar on a terminal, elsewhere a line now and then. */
export class Reporter {
  private readonly bar: Progress;
  private saidAt = performance.now();

  constructor(private readonly what: string) {
    this.bar = new Progress(what);
  }

  /** @param done of `total`, in whatever unit */
  readonly report = (done: number, total: number): void => {
    const share = total > 0 ? Math.min(1, Math.max(0, done / total)) : 1;
    if (process.stderr.isTTY) return this.bar.report(share);
    if (performance.now() - this.saidAt < LINE_EVERY_MS) return;
    this.saidAt = performance.now();
    process.stderr.write(`${this.what}: ${Math.floor(share * 100)} %\n`);
  };

  stop(): void {
    this.bar.stop();
  }
}

/** Shows the progress of the work for as long as it takes. */
export async function withReporter<T>(what: string, work: (report: (done: number, total: number) => void) => Promise<T>): Promise<T> {
  const reporter = new Reporter(what);
  try {
    return await work(reporter.report);
  } finally {
    reporter.stop();
  }
}

/** Prints named figures: as a table for people, or as one line of JSON. */
export function printFigures(
  json: boolean | undefined,
  figures: Readonly<Record<string, unknown>>,
  names: Readonly<Record<string, string>>,
): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    return;
  }
  const rows = Object.entries(names)
    .filter(([key]) => figures[key] !== undefined)
    .map(([key, name]) => [{ text: name }, { text: shown(figures[key]) }]);
  const lines = tableLines(['what', 'how much'], rows, { width: tableWidth(), colour: hasColour() });
  process.stdout.write(`${lines.join('\n')}\n`);
}

function shown(value: unknown): string {
  return typeof value === 'number' ? new Intl.NumberFormat('en').format(value) : String(value);
}

const TICKS_PER_MS = 10_000n;

/** 100-nanosecond ticks since 1970 as an ISO 8601 instant in UTC. */
export const instant = (ticks: bigint | undefined): string | undefined =>
  ticks === undefined ? undefined : new Date(Number(ticks / TICKS_PER_MS)).toISOString();
