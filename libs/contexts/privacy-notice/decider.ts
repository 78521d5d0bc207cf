import { Actor, decider, refuse, Refusal } from '@hjemmel/kernel';
import { osloDay } from '@hjemmel/kernel/calendar';
import { faultOfApproval } from '@hjemmel/contexts/processing-register/contract';
import {
  Classification,
  CoveredPart,
  PartKind,
  partKinds,
  PrivacyNoticeEvent,
  PrivacyStatementPublished,
  statementStream,
  StatementText,
} from './events';
import { evolve, nothingPublished, PrivacyNotice } from './state';

export interface PublishStatement {
  readonly type: 'PublishStatement';
  readonly version: string;
  /** Instants (ISO 8601, UTC). */
  readonly effectiveFrom: string;
  readonly publishedAt: string;
  readonly reason: string;
  readonly approvedBy: Actor;
  readonly proposedBy?: string;
  readonly classification?: Classification;
  /** What its authors say that it adds. */
  readonly adds: readonly CoveredPart[];
  /** What the register declares now. */
  readonly covers: readonly CoveredPart[];
  /** The same at the publication of the version before, for one that does not say so itself. */
  readonly coveredBefore: readonly CoveredPart[];
  /** Sections that activities of the register refer to. */
  readonly needs: readonly string[];
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
  | 'effective-before-publication'
  | 'approver-not-named'
  | 'four-eyes'
  | 'not-classified'
  | 'classified-without-reasons'
  | `minor-adds-${PartKind}`
  | 'addition-not-declared'
  | 'addition-not-named'
  | 'section-still-needed';

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
      const before = latest && (latest.covers ?? command.coveredBefore);
      return (
        faultOfApproval(command) ??
        (before && faultOfChange(command, before)) ??
        faultOfSections(command) ?? [statementPublished(command, before)]
      );
    },
  },
});

const statementPublished = (
  { type: _, adds, coveredBefore: _before, needs: _needs, ...data }: PublishStatement,
  before: readonly CoveredPart[] | undefined,
): PrivacyStatementPublished => ({
  type: 'PrivacyStatementPublished',
  data: { ...data, ...(before && { additions: additionsOf(data.covers, before, adds) }) },
});

/** What is declared now and was not then, and what the authors name besides: what they tell readers for the first time. */
const additionsOf = (covers: readonly CoveredPart[], before: readonly CoveredPart[], adds: readonly CoveredPart[]): CoveredPart[] => [
  ...new Set([...covers.filter((part) => !before.includes(part)), ...adds]),
];

/** Where the law demands that people be told of the addition. */
const tellingOf: Readonly<Record<PartKind, string>> = {
  purpose: 'GDPR art. 13(3), 14(4); P-82',
  recipient: 'GDPR art. 13(1)(e), 14(1)(e); P-82',
  category: 'GDPR art. 14(1)(d); P-82',
  basis: 'GDPR art. 13(1)(c), 14(1)(c); P-82',
};

function faultOfChange(
  { classification, adds, covers }: PublishStatement,
  before: readonly CoveredPart[],
): Refusal<PublishRefusal> | undefined {
  if (!classification) return refuse('not-classified', 'P-82');
  if (classification.reasons.trim() === '') return refuse('classified-without-reasons', 'P-82; GDPR art. 5(2)');
  const additions = additionsOf(covers, before, adds);
  const added = partKinds.find((kind) => additions.some((part) => part.startsWith(`${kind}:`)));
  if (classification.kind === 'minor' && added) return refuse(`minor-adds-${added}`, tellingOf[added]);
  if (adds.some((part) => !covers.includes(part))) return refuse('addition-not-declared', 'GDPR art. 30(1); P-07');
  if (additions.some((part) => !adds.includes(part))) return refuse('addition-not-named', 'GDPR art. 13(3), 14(4); P-07');
  return undefined;
}

/** An activity that goes on must not lose the words that tell people of it. */
const faultOfSections = ({ texts, needs }: PublishStatement): Refusal<PublishRefusal> | undefined =>
  needs.every((section) => texts[0]?.sections.some(({ id }) => id === section)) ? undefined : refuse('section-still-needed', 'P-02, P-07');

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
