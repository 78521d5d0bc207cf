import fc from 'fast-check';
import { differenceOf } from './difference';

const sentence = fc.constantFrom('Vi lagrer navn.', 'Vi sletter alt!', 'Hvorfor?', 'Æ ø å.', 'GDPR art. 6 nr. 1', '<b>');
const paragraph = fc.array(sentence, { minLength: 1, maxLength: 4 }).map((all) => all.join(' '));
const text = fc.array(paragraph, { maxLength: 6 }).map((all) => all.join('\n\n'));

const plain = (whole: string) => whole.split(/\n+/).filter((line) => line !== '');

it('the difference holds both texts: without what was added it is the older, without what was removed the newer', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const { paragraphs } = differenceOf(before, after);
      const without = (change: string) =>
        paragraphs.flatMap(({ parts }) => {
          const left = parts.filter((part) => part.change !== change);
          return left.length === 0
            ? []
            : [
                left
                  .map((part) => part.text)
                  .join('')
                  .trimEnd(),
              ];
        });
      expect(without('added')).toEqual(plain(before));
      expect(without('removed')).toEqual(plain(after));
    }),
  );
});

it('equal texts differ in nothing, and one sentence changed is said as one', () => {
  expect(differenceOf('A. B.\n\nC.', 'A. B.\n\nC.')).toMatchObject({ added: 0, removed: 0, changed: 0 });
  expect(differenceOf('A. B.\n\nC.', 'A. X.\n\nC.').paragraphs[0]).toEqual({
    change: 'changed',
    parts: [
      { change: 'same', text: 'A. ' },
      { change: 'removed', text: 'B.' },
      { change: 'added', text: 'X.' },
    ],
  });
});
