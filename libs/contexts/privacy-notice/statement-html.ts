import type { ParagraphDifference } from './difference';
import type { Language, StatementText } from './events';
import { escaped, htmlPage } from './html-page';

/** The statement as a page: each section has its anchor, so that others can refer to it. */
export function statementPage(version: string, { language, text, sections }: StatementText): string {
  const waiting = [...sections];
  const body = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      if (waiting[0]?.heading !== line) return `<p>${escaped(line)}</p>`;
      const { id } = waiting.shift()!;
      return `<h2 id="${escaped(id)}">${escaped(line)}</h2>`;
    });
  return htmlPage({ title: `${sections[0]?.heading ?? ''} ${version}`, language, body: `<main>\n${body.join('\n')}\n</main>` });
}

export function differencePage(from: string, to: string, language: Language, paragraphs: readonly ParagraphDifference[]): string {
  const title = language === 'nb' ? `Endringer fra ${from} til ${to}` : `Changes from ${from} to ${to}`;
  const element = { same: 'span', added: 'ins', removed: 'del' } as const;
  const body = paragraphs.map(
    ({ parts }) => `<p>${parts.map(({ change, text }) => `<${element[change]}>${escaped(text)}</${element[change]}>`).join('')}</p>`,
  );
  return htmlPage({ title, language, body: `<main>\n<h1>${escaped(title)}</h1>\n${body.join('\n')}\n</main>` });
}
