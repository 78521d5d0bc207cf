import { Runtime, shellWord } from '@hjemmel/host';
import { resolve } from 'node:path';
import { Part } from './parts';

/** Where the supervisor's lines go. */
export interface Terminal {
  write(text: string): void;
  /** Whether it is a terminal, in which a line can be written over. */
  readonly isTTY: boolean;
}

export const standardOutput: Terminal = {
  write: (text) => void process.stdout.write(text),
  isTTY: process.stdout.isTTY,
};

const REDRAW_MS = 100;
const CLEAR_LINE = '\r\u001b[2K';

/** What `npm start` shows: a line for each part as it becomes ready, then where everything is. */
export class Display {
  private readonly underWay = new Map<string, number>();
  private redraw: NodeJS.Timeout | undefined;

  constructor(
    private readonly terminal: Terminal,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Shows that `what` is being done, and with how long it took when it is. */
  async during<T>(what: string, task: Promise<T>): Promise<T> {
    const since = this.now();
    this.underWay.set(what, since);
    this.show();
    try {
      const result = await task;
      this.underWay.delete(what);
      this.line(`  ${what.padEnd(10)} ready  ${seconds(this.now() - since)}`);
      return result;
    } finally {
      this.underWay.delete(what);
      this.show();
    }
  }

  line(text: string): void {
    this.terminal.write(`${this.terminal.isTTY ? CLEAR_LINE : ''}${text}\n`);
    this.show();
  }

  /** The line at the bottom of a terminal that says what is under way; nothing elsewhere. */
  private show(): void {
    if (!this.terminal.isTTY) return;
    clearTimeout(this.redraw);
    if (this.underWay.size === 0) return this.terminal.write(CLEAR_LINE);
    const longest = Math.max(...[...this.underWay.values()].map((since) => this.now() - since));
    this.terminal.write(`${CLEAR_LINE}  starting ${[...this.underWay.keys()].join(', ')} … ${seconds(longest)}`);
    this.redraw = setTimeout(() => this.show(), REDRAW_MS).unref();
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** The account of a finished start, and what to do next: commands that work as they stand in another terminal, in the same folder. */
export function summary(
  parts: readonly Part[],
  { apiUrl, pids }: Runtime,
  data: string,
  tookMs: number,
  workingFolder = process.cwd(),
): string {
  const moved = data !== resolve(workingFolder, 'data');
  const rows = parts.map(({ name, where, pid }) => [name, where || '-', pid === undefined ? '-' : String(pid)]);
  return [
    '',
    `Hjemmel is ready (${seconds(tookMs)}). It runs as process ${pids['hjemmel'] ?? '?'}; its data is in ${data}`,
    '',
    ...table([['part', 'where', 'process'], ...rows]),
    '',
    'Try next:',
    ...table([
      [`npx hjemmel token --role case-worker${moved ? ` --data ${shellWord(data)}` : ''}`, 'a token to call the API with'],
      [`${moved ? `HJEMMEL_DATA=${shellWord(data)} ` : ''}npm run demo`, 'a day of orders and requests, and what became of them'],
      [`open ${apiUrl}/docs`, 'what the API can do'],
    ]),
    '',
    'Ctrl-C stops all of it.',
    '',
  ].join('\n');
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ')}`.trimEnd());
}
