import { isInstant, isPlainText } from './rules';

describe('a text', () => {
  it.each(['\u200b', '\u00ad', '\u3164', '\u2800', '\ufe0f\u200d', '\ufffe', '\u{e0041}', ' \u00a0\u3000'])(
    'that shows nothing is blank: %j',
    (text) => {
      expect(isPlainText(text, 100)).toBe(false);
      expect(isPlainText(text, 100, { blank: true })).toBe(true);
    },
  );

  it.each(['Łukasz', 'Ștefan', 'Žydrūnė', 'می\u200cخواهم', '👩\u200d🔧', 'A\u030a', '-'])('that shows something is taken: %j', (text) =>
    expect(isPlainText(text, 100)).toBe(true),
  );
});

describe('an instant', () => {
  it.each(['2026-01-06T05:14:10Z', '2026-01-06T05:14:10.000Z', '2026-01-06T05:14+01:00'])('%s says when', (text) =>
    expect(isInstant(text)).toBe(true),
  );

  it.each(['2026-01-06T05:14:10', '2026-01-06', '2026-01-06T05', '2026-02-30T00:00:00Z', '2026-01-06 05:14:10Z', '2026-W01', 'Z', ''])(
    '%j does not: without an offset, or of a day that there is not',
    (text) => expect(isInstant(text)).toBe(false),
  );
});
