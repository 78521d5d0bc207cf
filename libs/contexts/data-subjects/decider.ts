import { Activity, admit, Purpose, RequestedUse, Statement, Verdict } from '@hjemmel/admission';
import { decider, Decision, derivedUuid, refuse } from '@hjemmel/kernel';
import {
  AdmissionClosed,
  CommittedKey,
  ConsentGiven,
  ledgerOf,
  LedgerEvent,
  ProcessingAdmitted,
  ProcessingRefused,
  Relation,
  RestrictionGround,
} from './events';
import { evolve, Ledger, outcomeOf, unknownSubject } from './state';

interface OnSubject {
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
  readonly consents?: readonly Omit<ConsentGiven['data'], 'subjectId' | 'consentId'>[];
  /** The register's entries by id and the statement, as they stand at {@link at}. */
  readonly register: ReadonlyMap<string, Activity>;
  readonly statement: Statement | undefined;
  readonly at: Date;
  readonly company: string;
}

export interface CloseAdmissions extends OnSubject {
  readonly type: 'CloseAdmissions';
  /** Ids of the command's admissions, where the caller has them: the ledger remembers its last commands only. */
  readonly admissions?: readonly string[];
  readonly because: AdmissionClosed['data']['because'];
}

export interface WithdrawConsent extends OnSubject {
  readonly type: 'WithdrawConsent';
  readonly purpose: Purpose;
  readonly surface: string;
  readonly steps: number;
  readonly at: Date;
}

export interface RestrictProcessing extends OnSubject {
  readonly type: 'RestrictProcessing';
  readonly ground: RestrictionGround;
  readonly channel: string;
  readonly receivedAt: Date;
}

export type LedgerCommand = AdmitUses | CloseAdmissions | WithdrawConsent | RestrictProcessing;
export type LedgerRefusal = 'not-admitted' | 'unknown-subject' | 'no-such-consent';

export const ledger = decider<LedgerCommand, Ledger, LedgerEvent, LedgerRefusal>({
  stream: ({ subjectId }) => ledgerOf(subjectId),
  initial: unknownSubject,
  evolve,
  decide: {
    AdmitUses: admitUses,

    CloseAdmissions: ({ subjectId, commandId, because, admissions = [] }, state) => {
      const { admitted, closed } = outcomeOf(state, commandId);
      const unused = admitted.filter(({ purpose }) => !isUsedAtOnce(purpose)).map(({ admissionId }) => admissionId);
      return [...new Set([...unused, ...admissions])]
        .filter((admissionId) => !closed.includes(admissionId))
        .map((admissionId) => ({ type: 'AdmissionClosed', data: { admissionId, subjectId, commandId, outcome: 'unused', because } }));
    },

    WithdrawConsent: ({ subjectId, commandId, purpose, surface, steps, at }, state) => {
      if (!state.registered) return refuse('unknown-subject');
      if (outcomeOf(state, commandId).settled || state.standing.consents[purpose]?.state === 'withdrawn') return [];
      if (state.standing.consents[purpose]?.state !== 'given') return refuse('no-such-consent', 'GDPR art. 7(3)');
      const consentId = state.consentIds[purpose]!;
      return [
        { type: 'ConsentWithdrawn', data: { consentId, subjectId, commandId, purpose, surface, steps, withdrawnAt: at.toISOString() } },
      ];
    },

    RestrictProcessing: ({ subjectId, commandId, ground, channel, receivedAt }, state) => {
      if (!state.registered) return refuse('unknown-subject');
      if (outcomeOf(state, commandId).settled) return [];
      if (state.standing.restrictions.some((restriction) => restriction.ground === ground)) return [];
      const restrictionId = derivedUuid('restriction', commandId, subjectId);
      const received = receivedAt.toISOString();
      return [{ type: 'ProcessingRestricted', data: { restrictionId, subjectId, commandId, ground, channel, receivedAt: received } }];
    },
  },
});

/** A consent stands in the same append as the admission to keep evidence of it, so that one is never unused. */
export const isUsedAtOnce = (purpose: Purpose): boolean => purpose === 'consent-evidence';

function admitUses(command: AdmitUses, state: Ledger): Decision<LedgerEvent, LedgerRefusal> {
  const earlier = outcomeOf(state, command.commandId);
  if (earlier.admitted.length > 0 || earlier.closed.length > 0) return [];
  if (earlier.refused.length > 0) return refuse('not-admitted', earlier.refused[0]!.legal);
  const news = newsOf(command, state);
  const known = news.reduce(evolve, state);
  if (!known.registered) return refuse('unknown-subject');
  const verdicts = command.uses.map((use) => ({
    use,
    verdict: admit({ ...command, use, standing: known.standing, activity: command.register.get(use.activity) }),
  }));
  const refused = verdicts.flatMap(({ use, verdict }, line) =>
    verdict.admitted ? [] : [refusal(command, { ...use, ...broughtAlong(state, known) }, verdict, line)],
  );
  if (refused.length > 0) return refuse('not-admitted', refused[0]!.data.legal, refused);
  const admitted = verdicts.flatMap(({ use, verdict }, line) => (verdict.admitted ? [admission(command, use, verdict, line)] : []));
  return [...news, ...admitted, ...consentsGiven(command, state)];
}

/** What the log does not know of the person yet; all of a new person is one event. */
function newsOf({ subjectId, registration, relation, keys }: AdmitUses, { registered, standing, keys: committed }: Ledger): LedgerEvent[] {
  if (!registered) {
    if (!registration) return [];
    return [{ type: 'DataSubjectRegistered', data: { subjectId, ...registration, relations: relation ? [relation] : [], keys } }];
  }
  const news: LedgerEvent[] = [];
  if (relation && !standing.relations.some(({ customer, capacity }) => customer === relation.customer && capacity === relation.capacity)) {
    news.push({ type: 'RelationRecorded', data: { subjectId, ...relation } });
  }
  const fresh = keys.filter(({ keyId }) => !committed.includes(keyId));
  if (fresh.length > 0) news.push({ type: 'KeysCommitted', data: { subjectId, keys: fresh } });
  return news;
}

function admission(
  { subjectId, commandId, act, factStream }: AdmitUses,
  { kind, customer }: RequestedUse,
  { ground }: Extract<Verdict, { admitted: true }>,
  line: number,
): ProcessingAdmitted {
  const admissionId = derivedUuid('admission', commandId, subjectId, String(line));
  const asked = { kind, ...(customer !== undefined && { customer }) };
  return {
    type: 'ProcessingAdmitted',
    data: { admissionId, subjectId, commandId, act, ...(factStream !== undefined && { factStream }), asked, ...ground },
  };
}

/** What the verdict knew of the person that the ledger does not. */
const broughtAlong = (before: Ledger, known: Ledger): Pick<ProcessingRefused['data']['asked'], 'controller' | 'relation'> => {
  const relation = known.standing.relations[before.standing.relations.length];
  return { ...(!before.registered && { controller: known.standing.controller }), ...(relation && { relation }) };
};

function refusal(
  { subjectId, commandId, act }: AdmitUses,
  { activity, purpose, categories, ...use }: RequestedUse & ReturnType<typeof broughtAlong>,
  { rule, legal, statement }: Extract<Verdict, { admitted: false }>,
  line: number,
): ProcessingRefused {
  const refusalId = derivedUuid('refusal', commandId, subjectId, String(line));
  return {
    type: 'ProcessingRefused',
    data: { refusalId, subjectId, commandId, act, activity, purpose, categories, asked: use, rule, legal, ...(statement && { statement }) },
  };
}

/** Consent that is live under the same wording already says nothing new when the box is ticked once more. */
function consentsGiven({ subjectId, commandId, consents = [] }: AdmitUses, { standing }: Ledger): ConsentGiven[] {
  return consents
    .filter(({ purpose, wording }) => standing.consents[purpose]?.state !== 'given' || standing.consents[purpose].wording !== wording.hash)
    .map((consent) => ({
      type: 'ConsentGiven',
      data: { consentId: derivedUuid('consent', commandId, subjectId, consent.purpose), subjectId, ...consent },
    }));
}
