import { createHash } from 'node:crypto';
import type { StatementVersion } from '../statements';
import { osloDay } from '@hjemmel/kernel/calendar';

/** A text that is sent to people. A change of a letter is a new version: the log says which one went out. */
const source = {
  id: 'statement-changed',
  version: 1,
  subject: 'Vesentlig endring i personvernerklæringen / Material change of the privacy statement',
  nb: `Hei,

Jobbkort AS har publisert en ny versjon av personvernerklæringen ({version}). Den gjelder fra {day}.

Hvorfor: {reason}

Hva som er vesentlig: {reasons}

Du finner hele teksten, og hva som er endret, på {place}. Du får denne e-posten fordi du er registrert som kontaktperson hos oss. Du kan
når som helst be om innsyn, retting eller sletting, protestere mot behandlingen, og klage til Datatilsynet.

Jobbkort AS, org.nr. 915 376 215, telefon 21 08 05 70
`,
  en: `Hello,

Jobbkort AS has published a new version of its privacy statement ({version}). It applies from {day}.

Why, in Norwegian: {reason}

What is material about it: {reasons}

The whole text, and what has changed, is on {place}. You get this e-mail because you are registered with us as a contact person. At any
time you may ask for access, rectification or erasure, object to the processing, and complain to Datatilsynet.

Jobbkort AS, org. no. 915 376 215, telephone +47 21 08 05 70
`,
} as const;

/** Named in the log beside each message: SHA-256 (hex) of what stands above. */
export const template = {
  id: source.id,
  version: source.version,
  hash: createHash('sha256').update(JSON.stringify(source), 'utf8').digest('hex'),
} as const;

/** In both languages, since nobody keeps a record of which one a person reads. Holds nothing personal. */
export function letterOf(
  { version, effectiveFrom, reason, classification }: Pick<StatementVersion, 'version' | 'effectiveFrom' | 'reason' | 'classification'>,
  publicUrl: string | undefined,
): { readonly subject: string; readonly text: string } {
  const values: Readonly<Record<string, string>> = {
    version,
    day: osloDay(effectiveFrom),
    reason,
    reasons: classification?.reasons ?? '',
    place: publicUrl === undefined ? 'jobbkort.no' : `${publicUrl}/privacy-statements/${version}/text?format=html`,
  };
  const filled = (text: string) => text.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
  return { subject: source.subject, text: `${filled(source.nb)}\n--\n\n${filled(source.en)}` };
}
