import { createHash } from 'node:crypto';
import type { Mail } from '@hjemmel/contexts/outbox/contract';

/** A text that is sent to recipients. A change of it is a new version: the log says which one went out. */
const source = {
  id: 'erased-at-source',
  version: 1,
  subject: 'Sletting av personopplysninger / Erasure of personal data (GDPR art. 19)',
  nb: `Hei,

Jobbkort AS har tidligere utlevert personopplysninger til dere. Opplysningene er nå slettet hos oss, og vi plikter å si fra til hver mottaker
(personvernforordningen artikkel 19). Det gjelder det som dere har registrert under disse referansene, og av det disse kategoriene:

Referanser: {receipts}
Kategorier: {categories}

Meldingen nevner ingen person. Vurder om dere også skal slette. Spørsmål rettes til oss med meldingens nummer: {message}

Jobbkort AS, org.nr. 915 376 215, telefon 21 08 05 70
`,
  en: `Hello,

Jobbkort AS has disclosed personal data to you before. The data has now been erased here, and we have to say so to each recipient
(GDPR art. 19). It concerns what you have recorded under these references, and of it these categories:

References: {receipts}
Categories: {categories}

This message names no person. Please consider whether you have to erase as well. With questions, give the number of this message: {message}

Jobbkort AS, org. no. 915 376 215, telephone +47 21 08 05 70
`,
} as const;

/** Named in the log: SHA-256 (hex) of what stands above. */
export const template = {
  id: source.id,
  version: source.version,
  hash: createHash('sha256').update(JSON.stringify(source), 'utf8').digest('hex'),
} as const;

/** In both languages. Names nobody: what the recipient itself answered is enough to find the person there, and nowhere else. */
export function noticeOf(id: string, receipts: readonly string[], categories: readonly string[]): Omit<Mail, 'to'> {
  const values: Readonly<Record<string, string>> = { receipts: receipts.join(', '), categories: categories.join(', '), message: id };
  const filled = (text: string) => text.replaceAll(/\{([a-z]+)\}/g, (_, name: string) => values[name] ?? '');
  return { id, subject: source.subject, text: `${filled(source.nb)}\n--\n\n${filled(source.en)}` };
}
