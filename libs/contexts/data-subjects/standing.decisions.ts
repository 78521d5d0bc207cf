import type { Purpose } from '@hjemmel/admission';
import { Actor, Decision, derivedUuid, refuse } from '@hjemmel/kernel';
import type { OnSubject } from './admitting.decisions';
import type { LedgerEvent, LiftingReason, RestrictionGround } from './events';
import { Ledger, outcomeOf } from './state';

/** Commands that change what may be done with a person's data: consent withdrawn, processing restricted, relations and periods. */
export interface WithdrawConsent extends OnSubject {
  readonly type: 'WithdrawConsent';
  readonly purpose: Purpose;
  readonly surface: string;
  readonly steps: number;
  readonly signal?: 'gpc';
  readonly at: Date;
}

export interface RestrictProcessing extends OnSubject {
  readonly type: 'RestrictProcessing';
  readonly ground: RestrictionGround;
  readonly channel: string;
  readonly receivedAt: Date;
}

export interface AnnounceLifting extends OnSubject {
  readonly type: 'AnnounceLifting';
  readonly restrictionId: string;
  readonly because: LiftingReason;
  readonly channel: string;
  readonly at: Date;
}

export interface LiftRestriction extends OnSubject {
  readonly type: 'LiftRestriction';
  readonly restrictionId: string;
  readonly because: LiftingReason;
  readonly decidedBy: Actor;
  readonly at: Date;
}

export interface EndRelation extends OnSubject {
  readonly type: 'EndRelation';
  readonly customer: string;
  readonly endedAt: Date;
}

export interface BeginRetentionPeriod extends OnSubject {
  readonly type: 'BeginRetentionPeriod';
  readonly trigger: string;
  readonly customer?: string;
  readonly since: Date;
}

export type StandingCommand = WithdrawConsent | RestrictProcessing | AnnounceLifting | LiftRestriction | EndRelation | BeginRetentionPeriod;
export type StandingRefusal =
  'unknown-subject' | 'no-such-consent' | 'no-such-restriction' | 'subject-not-told-before-lifting' | 'no-such-relation';

type Decided = Decision<LedgerEvent, StandingRefusal>;

/** A command that changed something and comes again changes nothing; nobody's standing is changed but of a person who is known. */
const once =
  <C extends OnSubject>(decide: (command: C, state: Ledger) => Decided) =>
  (command: C, state: Ledger): Decided => {
    if (!state.registered) return refuse('unknown-subject');
    return outcomeOf(state, command.commandId).settled ? [] : decide(command, state);
  };

/** Never refused for being harder than the giving was: the person's will counts. How hard it was stands beside it (GDPR art. 7(3)). */
export const withdrawConsent = once<WithdrawConsent>(
  ({ subjectId, commandId, purpose, surface, steps, signal, at }, { standing, choices }) => {
    const consent = Object.hasOwn(standing.consents, purpose) ? standing.consents[purpose] : undefined;
    if (consent?.state === 'withdrawn') return [];
    if (consent?.state !== 'given') return refuse('no-such-consent', 'GDPR art. 7(3)');
    const { consentId, stepsToGive } = choices[purpose]!;
    const how = { purpose, surface, steps, ...(signal && { signal }), ...(stepsToGive !== undefined && { stepsToGive }) };
    return [{ type: 'ConsentWithdrawn', data: { consentId, subjectId, commandId, ...how, withdrawnAt: at.toISOString() } }];
  },
);

/** Id of the restriction that a command leads to. */
export const restrictionIdOf = ({ commandId, subjectId }: OnSubject): string => derivedUuid('restriction', commandId, subjectId);

export const restrictProcessing = once<RestrictProcessing>((command, { standing }) => {
  const { subjectId, commandId, ground, channel, receivedAt } = command;
  if (standing.restrictions.some((restriction) => restriction.ground === ground)) return [];
  const restrictionId = restrictionIdOf(command);
  const received = receivedAt.toISOString();
  return [{ type: 'ProcessingRestricted', data: { restrictionId, subjectId, commandId, ground, channel, receivedAt: received } }];
});

export const announceLifting = once<AnnounceLifting>(({ subjectId, commandId, restrictionId, because, channel, at }, { standing }) => {
  const restriction = standing.restrictions.find((one) => one.restrictionId === restrictionId);
  if (!restriction) return refuse('no-such-restriction', 'GDPR art. 18(3)');
  if (restriction.toldOfLifting) return [];
  return [{ type: 'RestrictionLiftAnnounced', data: { restrictionId, subjectId, commandId, because, channel, toldAt: at.toISOString() } }];
});

export const liftRestriction = once<LiftRestriction>(({ subjectId, commandId, restrictionId, because, decidedBy, at }, { standing }) => {
  const restriction = standing.restrictions.find((one) => one.restrictionId === restrictionId);
  if (!restriction) return refuse('no-such-restriction', 'GDPR art. 18(3)');
  if (!restriction.toldOfLifting) return refuse('subject-not-told-before-lifting', 'GDPR art. 18(3)');
  return [{ type: 'RestrictionLifted', data: { restrictionId, subjectId, commandId, because, decidedBy, decidedAt: at.toISOString() } }];
});

export const endRelation = once<EndRelation>(({ subjectId, commandId, customer, endedAt }, { standing }) => {
  const theirs = standing.relations.filter((relation) => relation.customer === customer);
  if (theirs.length === 0) return refuse('no-such-relation', 'GDPR art. 6(1)(b)');
  if (theirs.every((relation) => relation.endedAt !== undefined)) return [];
  return [{ type: 'RelationEnded', data: { subjectId, commandId, customer, endedAt: endedAt.toISOString() } }];
});

export const beginRetentionPeriod = once<BeginRetentionPeriod>(({ subjectId, commandId, trigger, customer, since }, { standing }) => {
  if (customer !== undefined && !standing.relations.some((relation) => relation.customer === customer)) {
    return refuse('no-such-relation', 'GDPR art. 5(1)(e)');
  }
  const account = customer !== undefined && { customer };
  return [{ type: 'RetentionPeriodBegan', data: { subjectId, commandId, trigger, ...account, since: since.toISOString() } }];
});
