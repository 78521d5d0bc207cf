import { SingleBar } from 'cli-progress';

const NARROWEST = 80;
const WIDEST = 140;
const WITHOUT_TERMINAL = 120;

/** How wide a table may be: as the terminal, within what can be read; COLUMNS says it where there is no terminal. */
export function tableWidth({ columns }: { readonly columns?: number } = process.stdout, env = process.env): number {
  const told = columns ?? (Number(env['COLUMNS']) || WITHOUT_TERMINAL);
  return Math.min(WIDEST, Math.max(NARROWEST, told));
}

/** Colours are for terminals only, and not for those whose user wants none (no-color.org). */
export const hasColour = ({ isTTY }: { readonly isTTY?: boolean } = process.stdout, env = process.env): boolean =>
  isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';

const SHOWN_AFTER_MS = 400;

/** A bar on stderr for work that takes longer than a moment; nothing where stderr is no terminal. */
export class Progress {
  private bar: SingleBar | undefined;
  private readonly begun = performance.now();

  constructor(
    private readonly what: string,
    private readonly terminal: NodeJS.WriteStream = process.stderr,
  ) {}

  /** @param share of the work that is done, from 0 to 1 */
  readonly report = (share: number): void => {
    if (!this.terminal.isTTY || performance.now() - this.begun < SHOWN_AFTER_MS) return;
    this.bar ??= this.started();
    this.bar.update(Math.round(share * 100));
  };

  stop(): void {
    this.bar?.stop();
  }

  private started(): SingleBar {
    const bar = new SingleBar({
      format: `${this.what} [{bar}] {percentage} %`,
      stream: this.terminal,
      clearOnComplete: true,
      hideCursor: true,
    });
    bar.start(100, 0);
    return bar;
  }
}
