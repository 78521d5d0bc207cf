import { createHash } from 'node:crypto';
import type { Language } from './events';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as text, inside elements and attributes. */
export const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign]!);

const STYLE = `
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.2; } h2 { font-size: 1.15rem; margin: 0 0 .5rem; } small { font-weight: normal; opacity: .8; }
section { border-top: 1px solid; padding-top: 1rem; margin-top: 1.5rem; }
dl { margin: 0; } dl > div { display: grid; grid-template-columns: 14rem 1fr; gap: 0 1rem; padding: .25rem 0; }
dt { font-weight: 600; } dd { margin: 0; } ul { margin: 0; padding-left: 1.2rem; }
mark { background: #ffe08a; color: #000; padding: 0 .25rem; } .warning { border: 2px solid #b35900; padding: .5rem; }
ins { background: #cdf2d2; color: #000; } del { background: #f7cfcf; color: #000; }
@media (max-width: 40rem) { dl > div { grid-template-columns: 1fr; padding: .4rem 0; } }
@media print { body { max-width: none; font-size: 10pt; padding: 0; } section { break-inside: avoid-page; } mark { border: 1px solid; } a { color: inherit; } }
`;

/** Nothing but this style is let in: no script, no image, nothing from elsewhere. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;

/** A page that needs nothing else, reads on a phone and prints well. */
export const htmlPage = ({
  title,
  language,
  body,
}: {
  readonly title: string;
  readonly language: Language;
  readonly body: string;
}): string =>
  `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${body}
</body>
</html>
`;
