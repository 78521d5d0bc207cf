import { Actor, decider, refuse, Refusal } from '@hjemmel/kernel';
import { osloDay } from '@hjemmel/kernel/calendar';
import { PrivacyNoticeEvent, PrivacyStatementPublished, statementStream, StatementText } from './events';
import { evolve, nothingPublished, PrivacyNotice } from './state';

export interface PublishStatement {
  readonly type: 'PublishStatement';
  readonly version: string;
  /** Instants (ISO 8601, UTC). */
  readonly effectiveFrom: string;
  readonly publishedAt: string;
  readonly reason: string;
  readonly approvedBy: Actor;
  readonly texts: readonly StatementText[];
}

export type PublishRefusal =
  | 'no-reason'
  | 'no-text'
  | 'no-section'
  | 'duplicate-section'
  | 'section-not-in-text'
  | 'languages-differ-in-sections'
  | 'printed-date-differs'
  | 'version-exists'
  | 'effective-before-the-one-in-force'
  | 'effective-before-publication';

/** Decides what may be published as the privacy statement. P-… are the statement's own promises. */
export const privacyNotice = decider<PublishStatement, PrivacyNotice, PrivacyNoticeEvent, PublishRefusal>({
  stream: () => statementStream,
  initial: nothingPublished,
  evolve,
  decide: {
    PublishStatement: (command, notice) => {
      const wanting = faultOfText(command);
      if (wanting) return wanting;
      const same = notice.versions.find(({ version }) => version === command.version);
      if (same) return isRepeat(command, same) ? [] : refuse('version-exists', 'P-84');
      const latest = notice.versions.at(-1);
      const effective = Date.parse(command.effectiveFrom);
      if (latest && effective <= Date.parse(latest.effectiveFrom)) return refuse('effective-before-the-one-in-force', 'P-07');
      // Nobody can have been informed by a text before it was there. The first one was in force when this log began.
      if (latest && effective < Date.parse(command.publishedAt)) return refuse('effective-before-publication', 'GDPR art. 13(1)');
      return [statementPublished(command)];
    },
  },
});

const statementPublished = ({ type: _, ...data }: PublishStatement): PrivacyStatementPublished => ({
  type: 'PrivacyStatementPublished',
  data,
});

/** The same version with the same texts and dates, come again. */
const isRepeat = (command: PublishStatement, known: PrivacyNotice['versions'][number]): boolean =>
  Date.parse(command.effectiveFrom) === Date.parse(known.effectiveFrom) &&
  command.texts[0]?.sha256 === known.hash &&
  command.texts.length === Object.keys(known.hashes).length &&
  command.texts.every(({ language, sha256 }) => known.hashes[language] === sha256);

function faultOfText({ reason, texts, effectiveFrom }: PublishStatement): Refusal<PublishRefusal> | undefined {
  if (reason.trim() === '') return refuse('no-reason', 'P-81');
  if (texts.length === 0 || texts.some(({ text }) => text.trim() === '')) return refuse('no-text', 'GDPR art. 12(1)');
  const [first, ...others] = texts.map(({ sections }) => sections.map(({ id }) => id));
  if (first!.length === 0) return refuse('no-section', 'P-02');
  if (new Set(first).size < first!.length) return refuse('duplicate-section', 'P-02');
  if (others.some((ids) => ids.join('\n') !== first!.join('\n'))) return refuse('languages-differ-in-sections', 'GDPR art. 12(1)');
  if (!texts.every(holdsItsSections)) return refuse('section-not-in-text', 'P-02');
  const printed = texts.map(printedDate).find((date) => date !== undefined);
  if (printed !== undefined && printed !== osloDay(effectiveFrom)) return refuse('printed-date-differs', 'P-84');
  return undefined;
}

/** Each heading is a line of the text, and they come in this order. */
function holdsItsSections({ text, sections }: StatementText): boolean {
  const lines = text.split('\n');
  let from = 0;
  return sections.every(({ heading }) => {
    const at = lines.indexOf(heading, from);
    from = at + 1;
    return at >= 0;
  });
}

/** The day on which the Norwegian text says that it was last changed. */
function printedDate({ text }: StatementText): string | undefined {
  const printed = /sist oppdatert (\d{2})\.(\d{2})\.(\d{4})/.exec(text);
  return printed ? `${printed[3]}-${printed[2]}-${printed[1]}` : undefined;
}
