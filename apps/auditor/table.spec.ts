import { tableLines } from './table';

const plain = { width: 80, colour: false };

describe('a table', () => {
  it('is as narrow as its content', () => {
    expect(tableLines(['A', 'B'], [[{ text: 'one' }, { text: 'two' }]], plain)).toEqual(['A    B', 'one  two']);
  });

  it('wraps what is too wide, the first column never', () => {
    const lines = tableLines(['WHEN', 'WHY'], [[{ text: '2026-11-23 08:01:04' }, { text: 'a reason that goes on and on' }]], {
      ...plain,
      width: 36,
    });
    expect(lines).toEqual(['WHEN                 WHY', '2026-11-23 08:01:04  a reason that', '                     goes on and on']);
  });

  it('shows control characters as what they are not', () => {
    const [, line] = tableLines(['A'], [[{ text: 'harmless\u001b[2J\r\u202eback' }]], plain);
    expect(line).toBe('harmless?[2J??back');
  });
});
