import { createHash } from 'node:crypto';

/** The words beside the box on the order form. A change of a letter is another wording, to which nobody has consented yet. */
const marketing = {
  version: '2023-12-20',
  locale: 'nb',
  text: 'Ja takk, jeg vil ha nyheter og tilbud fra Jobbkort på e-post. Jeg kan når som helst trekke samtykket tilbake.',
} as const;

/** What a consent to marketing cites: version, language and SHA-256 (hex) of the wording shown (GDPR art. 7(1)). */
export const marketingWording = {
  version: marketing.version,
  locale: marketing.locale,
  hash: createHash('sha256').update(marketing.text, 'utf8').digest('hex'),
} as const;
