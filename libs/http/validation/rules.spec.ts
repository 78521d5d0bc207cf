import { isInstant, isPlainText, namesNobody } from './rules';

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

describe('a text that stays in the log', () => {
  it.each(['the card was issued before the objection came', 'styrevedtak 2026-11/4', 'GDPR art. 21(1)', 'sak 20/03771-17', 'a @ b'])(
    'may say why: %j',
    (text) => expect(namesNobody(text)).toBe(true),
  );

  it.each([
    'ask kari@vik.example',
    'born 010180',
    'number 15819010029',
    'number 158190 10029',
    'call 923 61 226',
    'call 92\u200b36\u200b1226',
    'number \uff11\uff15\uff18\uff11\uff19\uff10',
    'kari\uff20vik.example',
  ])('names nobody by address or number: %j is refused', (text) => expect(namesNobody(text)).toBe(false));
});
