import fc from 'fast-check';
import { tableLines } from './table';

const word = fc.stringMatching(/^[a-zA-Zæøå0-9()-]{1,40}$/);
const cell = fc.array(word, { maxLength: 6 }).map((words) => ({ text: words.join(' ') }));
const row = fc.tuple(fc.constant({ text: '2026-11-23 08:01:04' }), cell, cell, cell, cell);
const headings = ['WHEN', 'WHAT', 'BY', 'USE', 'GROUND'];

const letters = (text: string): string => [...text.replaceAll(/\s/g, '')].sort().join('');

describe('a table', () => {
  it('keeps within the terminal, and loses and adds no letter', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 5 }), fc.integer({ min: 80, max: 140 }), (rows, width) => {
        const lines = tableLines(headings, rows, { width, colour: false });
        expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(width);
        expect(letters(lines.join(''))).toBe(letters([headings, ...rows.map((cells) => cells.map(({ text }) => text))].flat().join('')));
      }),
    );
  });

  it('colours change nothing but colours', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 3 }), (rows) => {
        const toned = rows.map((cells) => cells.map((one) => ({ ...one, tone: 'bad' as const })));
        const coloured = tableLines(headings, toned, { width: 100, colour: true });
        expect(coloured.map((line) => line.replaceAll(/\u001b\[\d+m/g, '').trimEnd())).toEqual(
          tableLines(headings, toned, { width: 100, colour: false }),
        );
      }),
    );
  });
});
