import { admit, consentBasesFor, isLive, Norms, Purpose, questionOf, RequestedUse, RULES_VERSION, Verdict } from '@hjemmel/admission';
import { Decision, derivedUuid, refuse } from '@hjemmel/kernel';
import type { ConsentGiven, ConsentRefused } from './consent.events';
import type { AdmissionClosed, CommittedKey, DisclosureMade, LedgerEvent, ProcessingAdmitted, ProcessingRefused, Relation } from './events';
import { evolve, Ledger, outcomeOf } from './state';

export interface OnSubject {
  readonly subjectId: string;
  readonly commandId: string;
}

/** Asks for one or more uses at once: all are admitted, or none. What is not known of the person yet comes with it. */
export interface AdmitUses extends OnSubject {
  readonly type: 'AdmitUses';
  /** What the uses are for, in the program's own words, for example `PlaceOrder`. */
  readonly act: string;
  readonly factStream?: string;
  readonly registration?: { readonly controller: string; readonly source: string };
  readonly relation?: Relation;
  readonly keys: readonly CommittedKey[];
  readonly uses: readonly RequestedUse[];
  /** Choices of the person that are evidenced by what is admitted here. */
  readonly consents?: readonly Omit<ConsentGiven['data'], 'subjectId' | 'consentId'>[];
  readonly refusals?: readonly Omit<ConsentRefused['data'], 'subjectId' | 'consentId'>[];
  /** What the uses are measured against, as it stands at {@link at}. */
  readonly norms: Norms;
  readonly at: Date;
}

export interface CloseAdmissions extends OnSubject {
  readonly type: 'CloseAdmissions';
  /** Ids of the command's admissions, where the caller has them: the ledger remembers its last commands only. */
  readonly admissions?: readonly string[];
  readonly because: AdmissionClosed['data']['because'];
}

export interface RecordDisclosure extends OnSubject {
  readonly type: 'RecordDisclosure';
  readonly admissionId: string;
  readonly receipt: string;
  readonly at: Date;
}

export type AdmittingRefusal = 'not-admitted' | 'unknown-subject' | 'no-such-admission';

/** A consent stands in the same append as the admission to keep evidence of it, so that one is never unused. */
export const isUsedAtOnce = (purpose: Purpose): boolean => purpose === 'consent-evidence';

export function admitUses(command: AdmitUses, state: Ledger): Decision<LedgerEvent, AdmittingRefusal> {
  const earlier = outcomeOf(state, command.commandId);
  if (earlier.admitted.length > 0 || earlier.closed.length > 0) return [];
  if (earlier.refused.length > 0) return refuse('not-admitted', earlier.refused[0]!.legal);
  const news = newsOf(command, state);
  const known = news.reduce(evolve, state);
  if (!known.registered) return refuse('unknown-subject');
  const verdicts = command.uses.map((use) => ({ use, verdict: admit(questionOf(command.norms, known.standing, use, command.at)) }));
  const refused = verdicts.flatMap(({ use, verdict }, line) =>
    verdict.admitted ? [] : [refusal(command, { ...use, ...broughtAlong(news) }, verdict, line)],
  );
  if (refused.length > 0) return refuse('not-admitted', refused[0]!.data.legal, refused);
  const admitted = verdicts.flatMap(({ use, verdict }, line) => (verdict.admitted ? [admission(command, use, verdict, line)] : []));
  return [...news, ...admitted, ...consentsGiven(command, state), ...consentsRefused(command, state)];
}

export function closeAdmissions({ subjectId, commandId, because, admissions = [] }: CloseAdmissions, state: Ledger): LedgerEvent[] {
  const { admitted, closed } = outcomeOf(state, commandId);
  const used = admitted.filter((admission) => isUsedAtOnce(admission.purpose) || isDisclosed(admission, state));
  const done = new Set([...closed, ...used.map(({ admissionId }) => admissionId)]);
  return [...new Set([...admitted.map(({ admissionId }) => admissionId), ...admissions])]
    .filter((admissionId) => !done.has(admissionId))
    .map((admissionId) => ({ type: 'AdmissionClosed', data: { admissionId, subjectId, commandId, outcome: 'unused', because } }));
}

/** What has gone out is not unused, whatever became of the rest of its command. */
const isDisclosed = ({ admissionId, recipient }: ProcessingAdmitted['data'], { disclosable }: Ledger): boolean =>
  recipient !== undefined && !Object.hasOwn(disclosable, admissionId);

/** Id of the disclosure that a command records. */
export const disclosureIdOf = ({ commandId, subjectId }: OnSubject): string => derivedUuid('disclosure', commandId, subjectId);

/** What went out is what was admitted to go out: recipient and fields are the admission's, never typed in again. */
export function recordDisclosure(command: RecordDisclosure, state: Ledger): Decision<DisclosureMade, AdmittingRefusal> {
  const { subjectId, commandId, admissionId, receipt, at } = command;
  if (!state.registered) return refuse('unknown-subject');
  if (outcomeOf(state, commandId).settled) return [];
  const recipient = Object.hasOwn(state.disclosable, admissionId) ? state.disclosable[admissionId] : undefined;
  if (!recipient) return refuse('no-such-admission', 'GDPR art. 5(2), 30(1)(d)');
  const disclosureId = disclosureIdOf(command);
  const data = { disclosureId, subjectId, commandId, admissionId, recipient, receipt, madeAt: at.toISOString() };
  return [{ type: 'DisclosureMade', data }];
}

/** What the log does not know of the person yet; all of a new person is one event. */
function newsOf(
  { subjectId, registration, relation, keys, at }: AdmitUses,
  { registered, standing, keys: committed }: Ledger,
): LedgerEvent[] {
  if (!registered) {
    if (!registration) return [];
    return [{ type: 'DataSubjectRegistered', data: { subjectId, ...registration, relations: relation ? [relation] : [], keys } }];
  }
  const news: LedgerEvent[] = [];
  // What is done before a relation's end does not put that off.
  if (relation && !standing.relations.some((known) => isSame(known, relation) && isLive(known, at))) {
    news.push({ type: 'RelationRecorded', data: { subjectId, ...relation } });
  }
  const fresh = keys.filter(({ keyId }) => !committed.includes(keyId));
  if (fresh.length > 0) news.push({ type: 'KeysCommitted', data: { subjectId, keys: fresh } });
  return news;
}

const isSame = (a: Relation, b: Relation): boolean => a.customer === b.customer && a.capacity === b.capacity;

function admission(
  { subjectId, commandId, act, factStream, norms }: AdmitUses,
  { kind, customer }: RequestedUse,
  { ground }: Extract<Verdict, { admitted: true }>,
  line: number,
): ProcessingAdmitted {
  const admissionId = derivedUuid('admission', commandId, subjectId, String(line));
  const asked = { kind, ...(customer !== undefined && { customer }) };
  const fact = factStream !== undefined && { factStream };
  return {
    type: 'ProcessingAdmitted',
    data: { admissionId, subjectId, commandId, act, ...fact, asked, ...judgedBy(norms), ...ground },
  };
}

const judgedBy = ({ knownUpTo }: Norms) => ({ rules: RULES_VERSION, knownUpTo });

/** What the verdict knew of the person that the ledger does not, since a refusal records nothing else. */
function broughtAlong(news: readonly LedgerEvent[]): Pick<ProcessingRefused['data']['asked'], 'controller' | 'relation'> {
  for (const { type, data } of news) {
    if (type === 'DataSubjectRegistered') {
      return { controller: data.controller, ...(data.relations[0] && { relation: data.relations[0] }) };
    }
    if (type === 'RelationRecorded') return { relation: { customer: data.customer, capacity: data.capacity } };
  }
  return {};
}

function refusal(
  { subjectId, commandId, act, norms }: AdmitUses,
  { activity, purpose, categories, ...asked }: RequestedUse & ReturnType<typeof broughtAlong>,
  { rule, legal, statement }: Extract<Verdict, { admitted: false }>,
  line: number,
): ProcessingRefused {
  const refusalId = derivedUuid('refusal', commandId, subjectId, String(line));
  const use = { activity, purpose, categories, asked };
  return {
    type: 'ProcessingRefused',
    data: { refusalId, subjectId, commandId, act, ...use, ...judgedBy(norms), rule, legal, ...(statement && { statement }) },
  };
}

/** Consent that is live under the same wording says nothing new when the box is ticked once more, unless it runs out: then its time starts anew. */
function consentsGiven({ subjectId, commandId, norms, consents = [] }: AdmitUses, { standing }: Ledger): ConsentGiven[] {
  return consents
    .filter(({ purpose, wording }) => {
      const known = Object.hasOwn(standing.consents, purpose) ? standing.consents[purpose] : undefined;
      return known?.state !== 'given' || known.wording !== wording.hash || runsOut(purpose, norms);
    })
    .map((consent) => ({
      type: 'ConsentGiven',
      data: { consentId: derivedUuid('consent', commandId, subjectId, consent.purpose), subjectId, ...consent },
    }));
}

const runsOut = (purpose: Purpose, { register }: Norms): boolean =>
  [...register.values()].some(
    (activity) =>
      activity.purposes.includes(purpose) && consentBasesFor(activity, purpose).some(({ consentLasts }) => consentLasts !== undefined),
  );

/** A no is recorded where there was no answer before; one to a live consent is a withdrawal, and a command of its own. */
function consentsRefused({ subjectId, commandId, refusals = [] }: AdmitUses, { standing }: Ledger): ConsentRefused[] {
  return refusals
    .filter(({ purpose }) => !Object.hasOwn(standing.consents, purpose))
    .map((refused) => ({
      type: 'ConsentRefused',
      data: { consentId: derivedUuid('consent', commandId, subjectId, refused.purpose), subjectId, ...refused },
    }));
}
