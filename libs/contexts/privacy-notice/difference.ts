import { diffArrays } from 'diff';

export interface DifferencePart {
  readonly change: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** A paragraph of the newer or the older text; a changed one says how, by sentence. */
export interface ParagraphDifference {
  readonly change: 'same' | 'added' | 'removed' | 'changed';
  readonly parts: readonly DifferencePart[];
}

export interface TextDifference {
  readonly paragraphs: readonly ParagraphDifference[];
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
}

const paragraphsOf = (text: string): string[] => text.split(/\n+/).filter((paragraph) => paragraph.trim() !== '');

/** A sentence keeps the space behind it, so that the parts of a paragraph joined are the paragraph. */
const sentencesOf = (paragraph: string): string[] => paragraph.match(/.+?(?:[.!?](?=\s)\s+|$)/gsu) ?? [paragraph];

/** By paragraph, and within a paragraph that was rewritten by sentence. Paragraphs that stand at the same place count as one rewritten. */
export function differenceOf(before: string, after: string): TextDifference {
  const paragraphs: ParagraphDifference[] = [];
  let gone: string[] = [];
  const flush = (): void => {
    for (const text of gone) paragraphs.push({ change: 'removed', parts: [{ change: 'removed', text }] });
    gone = [];
  };
  for (const { added, removed, value } of diffArrays(paragraphsOf(before), paragraphsOf(after))) {
    if (removed) {
      flush();
      gone = [...value];
    } else if (added) {
      for (const text of value) {
        const old = gone.shift();
        paragraphs.push(old === undefined ? { change: 'added', parts: [{ change: 'added', text }] } : rewritten(old, text));
      }
      flush();
    } else {
      flush();
      for (const text of value) paragraphs.push({ change: 'same', parts: [{ change: 'same', text }] });
    }
  }
  flush();
  const count = (change: ParagraphDifference['change']) => paragraphs.filter((paragraph) => paragraph.change === change).length;
  return { paragraphs, added: count('added'), removed: count('removed'), changed: count('changed') };
}

const rewritten = (before: string, after: string): ParagraphDifference => ({
  change: 'changed',
  parts: diffArrays(sentencesOf(before), sentencesOf(after)).map(({ added, removed, value }) => ({
    change: added ? 'added' : removed ? 'removed' : 'same',
    text: value.join(''),
  })),
});
