import { createHash } from 'node:crypto';
import type { PurposeCode } from '../events';

/** The words in which a consent is asked for, for one purpose. A change of a letter is another wording, to which nobody has consented yet. */
export interface ConsentWording {
  readonly purpose: PurposeCode;
  readonly version: string;
  readonly locale: 'nb' | 'en';
  readonly text: string;
  /** SHA-256 of the text's UTF-8 bytes, hex: what a consent cites (GDPR art. 7(1)). */
  readonly hash: string;
}

const wording = (purpose: PurposeCode, version: string, locale: 'nb' | 'en', text: string): ConsentWording => ({
  purpose,
  version,
  locale,
  text,
  hash: createHash('sha256').update(text, 'utf8').digest('hex'),
});

/** Every wording that a form or dialog of the company may show. */
export const consentWordings: readonly ConsentWording[] = [
  wording(
    'marketing',
    '2023-12-20',
    'nb',
    'Ja takk, jeg vil ha nyheter og tilbud fra Jobbkort på e-post. Jeg kan når som helst trekke samtykket tilbake.',
  ),
  wording(
    'marketing',
    '2023-12-20',
    'en',
    'Yes please, I want news and offers from Jobbkort by e-mail. I may withdraw my consent at any time.',
  ),
  wording(
    'site-analytics',
    '2023-12-20',
    'nb',
    'Jobbkort kan lagre en tilfeldig kode i nettleseren min og telle hvilke sider jeg besøker, for å gjøre nettstedet bedre. Jeg kan når som helst trekke samtykket tilbake.',
  ),
  wording(
    'site-analytics',
    '2023-12-20',
    'en',
    'Jobbkort may keep a random code in my browser and count which pages I visit, to improve the site. I may withdraw my consent at any time.',
  ),
];

/** Hashes of the wordings for a purpose. */
export const wordingsFor = (purpose: PurposeCode): readonly string[] =>
  consentWordings.filter((one) => one.purpose === purpose).map(({ hash }) => hash);

/** Purposes for which consent is asked at all. */
export const consentPurposes: readonly PurposeCode[] = [...new Set(consentWordings.map(({ purpose }) => purpose))];

/** Purposes whose data a device gives: a signal of the device (GPC) speaks about them. */
export const devicePurposes: readonly PurposeCode[] = ['site-analytics', 'advertising'];
