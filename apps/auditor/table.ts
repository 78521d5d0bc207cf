/** A cell of a table; its tone becomes a colour where there are colours. */
export interface Cell {
  readonly text: string;
  readonly tone?: 'bad' | 'notable' | 'quiet' | 'heading';
}

export interface TableOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly colour: boolean;
}

const GAP = 2;
/** Narrower than this a column is not readable any more. */
const MIN_COLUMN = 10;
const STYLES: Readonly<Record<NonNullable<Cell['tone']>, string>> = { bad: '31', notable: '33', quiet: '2', heading: '1' };

/** Lines of a table whose columns are as wide as their content, or share the width: then cells wrap between words. */
export function tableLines(headings: readonly string[], rows: readonly (readonly Cell[])[], { width, colour }: TableOptions): string[] {
  const all = [headings.map((text): Cell => ({ text, tone: 'heading' })), ...rows].map((row) => row.map(printable));
  const widths = columnWidths(all, width);
  return all.flatMap((row) => rowLines(row, widths, colour));
}

/** What the log holds is shown, but never let at the terminal: control characters could rewrite the screen. */
const printable = ({ text, ...cell }: Cell): Cell => ({ ...cell, text: text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '?') });

function columnWidths(rows: readonly (readonly Cell[])[], width: number): number[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.text.length ?? 0)));
  let excess = widths.reduce((sum, natural) => sum + natural, 0) + GAP * (widths.length - 1) - width;
  // The first column holds the time and is kept whole; of the others the widest gives way.
  for (; excess > 0; excess--) {
    const widest = widths.reduce((best, natural, column) => (column > 0 && natural > (widths[best] ?? 0) ? column : best), 1);
    if ((widths[widest] ?? 0) <= MIN_COLUMN) break;
    widths[widest]! -= 1;
  }
  return widths;
}

function rowLines(row: readonly Cell[], widths: readonly number[], colour: boolean): string[] {
  const cells = row.map(({ text }, column) => wrapped(text, widths[column] ?? 0));
  const height = Math.max(...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) =>
    row
      .map(({ tone }, column) => {
        const text = cells[column]?.[line] ?? '';
        const padded = column === row.length - 1 ? text : text.padEnd((widths[column] ?? 0) + GAP);
        return colour && tone !== undefined && text !== '' ? `\u001b[${STYLES[tone]}m${padded}\u001b[0m` : padded;
      })
      .join('')
      .trimEnd(),
  );
}

/** Breaks between words, after hyphens where a word is too long, and anywhere where that isn't enough. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces(text, width)) {
    if ((line + piece).trimEnd().length > width && line !== '') {
      lines.push(line.trimEnd());
      line = '';
    }
    line += line === '' ? piece.trimStart() : piece;
  }
  return [...lines, line.trimEnd()];
}

const pieces = (text: string, width: number): string[] =>
  text.split(/(?<= )/).flatMap((word) => {
    if (word.trimEnd().length <= width) return [word];
    return word.split(/(?<=-)/).flatMap((part) => part.match(new RegExp(`.{1,${Math.max(1, width)}}`, 'gu')) ?? []);
  });
