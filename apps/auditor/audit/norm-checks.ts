import { createHash } from 'node:crypto';
import { coverageOf, sectionsNeeded } from '@hjemmel/contexts/privacy-notice/coverage';
import { privacyNotice } from '@hjemmel/contexts/privacy-notice/decider';
import { PrivacyStatementPublished, statementStream } from '@hjemmel/contexts/privacy-notice/events';
import type { PrivacyStatementPresented } from '@hjemmel/contexts/privacy-notice/presentation';
import { seedCoverage } from '@hjemmel/contexts/privacy-notice/seed/seed-coverage';
import { processingAgreement } from '@hjemmel/contexts/processing-register/agreements/decider';
import { AgreementEvent, agreementStream, agreementStreams } from '@hjemmel/contexts/processing-register/agreements/events';
import { knownParts } from '@hjemmel/contexts/processing-register/declare-activities/declare-activities.command';
import { processingActivity } from '@hjemmel/contexts/processing-register/decider';
import { activityStream, ProcessingActivityEvent } from '@hjemmel/contexts/processing-register/events';
import { retentionRule } from '@hjemmel/contexts/processing-register/retention/decider';
import { RetentionRuleEvent, retentionRuleStream, retentionRuleStreams } from '@hjemmel/contexts/processing-register/retention/events';
import type { Known } from '@hjemmel/contexts/data-subjects/norms';
import { decide, Recorded } from '@hjemmel/kernel';
import { differenceFrom } from './decided';
import type { Found, Kind } from './findings';
import { agreementCommand, registerCommand, retentionCommand } from './norm-commands';
import type { NormHistory } from './norm-history';

/**
 * What is wrong with a change of register, statement or agreement: whoever decides on it, given what stood before, must come to the very
 * same event. By stream, since that is where the program reads it.
 */
export function faultsOfNorm(recorded: Recorded, norms: NormHistory): Found[] {
  const { stream } = recorded;
  if (stream.startsWith(agreementStreams)) return agreementFaults(recorded, norms);
  if (stream === statementStream) return statementFaults(recorded, norms);
  return stream.startsWith(retentionRuleStreams) ? retentionFaults(recorded, norms) : registerFaults(recorded, norms);
}

const REGISTER: Kind = 'register-changed-unlawfully';
const AGREEMENT: Kind = 'agreement-changed-unlawfully';
const STATEMENT: Kind = 'statement-misclassified';

function registerFaults({ event, stream, metadata }: Recorded, { current }: NormHistory): Found[] {
  const change = event as ProcessingActivityEvent;
  const command = registerCommand(change, partsKnown(current), metadata.decidedAt);
  if (!command) return [unknownType(REGISTER, event.type)];
  const decision = decide(processingActivity, command, current.entries.get(change.data.activityId));
  return [misplaced(REGISTER, activityStream(change.data.activityId), stream), differenceFrom(decision, event, REGISTER)].filter(isFound);
}

/** What an entry could refer to: sections of the newest statement, and the retention rules that were set. */
const partsKnown = ({ notice, rules }: Known) => knownParts(notice.versions.at(-1)?.sections ?? [], [...rules.keys()]);

function retentionFaults({ event, stream }: Recorded, { current }: NormHistory): Found[] {
  const change = event as RetentionRuleEvent;
  const command = retentionCommand(change);
  if (!command) return [unknownType(REGISTER, event.type)];
  const decision = decide(retentionRule, command, current.rules.get(change.data.ruleId));
  return [misplaced(REGISTER, retentionRuleStream(change.data.ruleId), stream), differenceFrom(decision, event, REGISTER)].filter(isFound);
}

function agreementFaults({ event, stream, metadata }: Recorded, norms: NormHistory): Found[] {
  const change = event as AgreementEvent;
  const processing = [...norms.current.entries].filter(([, { entry }]) => entry.role === 'processor').map(([id]) => id);
  const command = agreementCommand(change, processing, metadata.decidedAt);
  if (!command) return [unknownType(AGREEMENT, event.type)];
  const decision = decide(processingAgreement, command, norms.agreementWith(change.data.customer));
  return [misplaced(AGREEMENT, agreementStream(change.data.customer), stream), differenceFrom(decision, event, AGREEMENT)].filter(isFound);
}

function statementFaults(recorded: Recorded, norms: NormHistory): Found[] {
  if (recorded.event.type !== 'PrivacyStatementPublished') return [unknownType(STATEMENT, recorded.event.type)];
  const event = recorded.event as PrivacyStatementPublished;
  const { additions = [], covers = [], ...data } = event.data;
  const activities = [...norms.current.entries.values()];
  const command = {
    type: 'PublishStatement',
    ...data,
    // Whoever publishes must name every addition, and nothing that is none: what is on record is what was named.
    adds: additions,
    covers,
    coveredBefore: seedCoverage,
    needs: sectionsNeeded(activities),
  } as const;
  const { versions } = norms.current.notice;
  return [
    differenceFrom(decide(privacyNotice, command, norms.current.notice), event, STATEMENT),
    ...data.texts.map(({ text, sha256, language }) => hashFault(text, sha256, language)),
    versions.length > 0 ? coverageFault(covers, recorded, norms) : undefined,
  ].filter(isFound);
}

/** Somebody was shown a text: it must be one that was published. */
export function presentationFaults({ event }: Recorded, { current }: NormHistory): Found[] {
  if (event.type !== 'PrivacyStatementPresented') return [];
  const { version, hash, locale, to } = (event as PrivacyStatementPresented).data;
  if (current.notice.versions.some((one) => one.version === version && one.hashes[locale] === hash)) return [];
  const person = to.kind === 'data-subject' && { subjectId: to.subjectId };
  return [{ kind: 'cites-not-in-force', ...person, expected: 'a text that was published', recorded: `statement ${version}, ${hash}` }];
}

function hashFault(text: string, sha256: string, language: string): Found | undefined {
  const expected = createHash('sha256').update(text, 'utf8').digest('hex');
  return expected === sha256
    ? undefined
    : { kind: STATEMENT, law: 'GDPR art. 5(2)', expected: `${language} ${expected}`, recorded: `${language} ${sha256}` };
}

/** The register is read a moment before the statement is published. */
const READ_WITHIN_MS = 5_000;

/** What a version says that the register declared when it was published; the first one came before the register. */
function coverageFault(covers: readonly string[], { metadata, position }: Recorded, norms: NormHistory): Found | undefined {
  const declared = norms
    .since(Date.parse(metadata.decidedAt) - READ_WITHIN_MS, position)
    .map(({ entries }) => coverageOf([...entries.values()]));
  if (declared.some((parts) => isSameSet(parts, covers))) return undefined;
  const now = declared[0] ?? [];
  const [missing, more] = [
    now.filter((part) => !covers.some((one) => one === part)),
    covers.filter((part) => !now.some((one) => one === part)),
  ];
  return { kind: STATEMENT, expected: `covers ${missing.join(', ') || 'no more'}`, recorded: `covers ${more.join(', ') || 'less'}` };
}

const isSameSet = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((one) => b.includes(one));

const unknownType = (kind: Kind, type: string): Found => ({ kind, expected: 'a change that the program knows', recorded: type });

const misplaced = (kind: Kind, expected: string, stream: string): Found | undefined =>
  expected === stream ? undefined : { kind, expected: `in ${expected}`, recorded: `in ${stream}` };

const isFound = (found: Found | undefined): found is Found => found !== undefined;
