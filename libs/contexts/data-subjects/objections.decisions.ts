import type { ObjectionStanding, Purpose } from '@hjemmel/admission';
import { Actor, Decision, derivedUuid, refuse, Refusal } from '@hjemmel/kernel';
import type { OnSubject } from './admitting.decisions';
import type { LedgerEvent, ObjectionKind, OverrulingGround } from './events';
import { Ledger, outcomeOf } from './state';

export interface ReceiveObjection extends OnSubject {
  readonly type: 'ReceiveObjection';
  readonly kind: ObjectionKind;
  readonly purpose: Purpose;
  readonly channel: string;
  readonly receivedAt: Date;
  /** Organisation number of the company that runs this program: it decides on objections against its own purposes only. */
  readonly company: string;
}

interface DecideObjection extends OnSubject {
  readonly objectionId: string;
  readonly reasons: string;
  readonly document: string;
  readonly decidedBy: Actor;
  readonly at: Date;
}
export interface UpholdObjection extends DecideObjection {
  readonly type: 'UpholdObjection';
}
export interface OverruleObjection extends DecideObjection {
  readonly type: 'OverruleObjection';
  readonly grounds: OverrulingGround;
  /** Who prepared the decision: somebody else than who takes it. */
  readonly proposedBy: string;
}

export interface WithdrawObjection extends OnSubject {
  readonly type: 'WithdrawObjection';
  readonly objectionId: string;
  readonly channel: string;
  readonly at: Date;
}

export type ObjectionCommand = ReceiveObjection | UpholdObjection | OverruleObjection | WithdrawObjection;
export type ObjectionRefusal =
  | 'unknown-subject'
  | 'controller-decides'
  | 'not-direct-marketing'
  | 'no-such-objection'
  | 'objection-decided'
  | 'marketing-objection-is-absolute'
  | 'no-reasons'
  | 'no-document'
  | 'four-eyes';

/** Purposes that are direct marketing, with the profiling that belongs to it (GDPR art. 21(2)). */
const directMarketing: readonly Purpose[] = ['marketing', 'advertising'];

type Decided = Decision<LedgerEvent, ObjectionRefusal>;

/** Id of the objection that a command leads to. */
export const objectionIdOf = ({ commandId, subjectId, purpose }: Pick<ReceiveObjection, 'commandId' | 'subjectId' | 'purpose'>): string =>
  derivedUuid('objection', commandId, subjectId, purpose);

export function receiveObjection(command: ReceiveObjection, state: Ledger): Decided {
  const { subjectId, commandId, kind, purpose, channel, receivedAt, company } = command;
  if (!state.registered) return refuse('unknown-subject');
  if (outcomeOf(state, commandId).settled) return [];
  // What is done for a customer is the customer's to answer for: the objection is forwarded, not decided (art. 28(3)(e)).
  if (state.standing.controller !== company) return refuse('controller-decides', 'GDPR art. 21(1), 28(3)(e)');
  if (kind === 'direct-marketing' && !directMarketing.includes(purpose)) return refuse('not-direct-marketing', 'GDPR art. 21(2)');
  if (state.standing.objections.some((one) => one.kind === kind && one.purpose === purpose)) return [];
  const objectionId = objectionIdOf(command);
  const received = receivedAt.toISOString();
  return [{ type: 'ObjectionReceived', data: { objectionId, subjectId, commandId, kind, purpose, channel, receivedAt: received } }];
}

export function upholdObjection(command: UpholdObjection, state: Ledger): Decided {
  const { objectionId, subjectId, commandId, reasons, document, decidedBy, at } = command;
  if (outcomeOf(state, commandId).settled) return [];
  const fault = faultOf(command, state);
  if (fault) return fault;
  const decidedAt = at.toISOString();
  return [{ type: 'ObjectionUpheld', data: { objectionId, subjectId, commandId, reasons, document, decidedBy, decidedAt } }];
}

export function overruleObjection(command: OverruleObjection, state: Ledger): Decided {
  const { objectionId, subjectId, commandId, grounds, reasons, document, decidedBy, proposedBy, at } = command;
  if (outcomeOf(state, commandId).settled) return [];
  if (pending(state, objectionId)?.kind === 'direct-marketing') return refuse('marketing-objection-is-absolute', 'GDPR art. 21(3)');
  const fault = faultOf(command, state);
  if (fault) return fault;
  if (proposedBy.trim() === '' || proposedBy === decidedBy.id) return refuse('four-eyes', 'GDPR art. 21(1), 24(1)');
  const decision = { reasons, document, decidedBy, decidedAt: at.toISOString() };
  return [{ type: 'ObjectionOverruled', data: { objectionId, subjectId, commandId, grounds, ...decision, proposedBy } }];
}

export function withdrawObjection({ objectionId, subjectId, commandId, channel, at }: WithdrawObjection, state: Ledger): Decided {
  if (!state.registered) return refuse('unknown-subject');
  if (outcomeOf(state, commandId).settled) return [];
  if (!pending(state, objectionId)) return refuse('no-such-objection', 'GDPR art. 21');
  return [{ type: 'ObjectionWithdrawn', data: { objectionId, subjectId, commandId, channel, withdrawnAt: at.toISOString() } }];
}

const pending = ({ standing }: Ledger, id: string): ObjectionStanding | undefined =>
  standing.objections.find(({ objectionId }) => objectionId === id);

function faultOf({ objectionId, reasons, document }: DecideObjection, state: Ledger): Refusal<ObjectionRefusal> | undefined {
  if (!state.registered) return refuse('unknown-subject');
  const objection = pending(state, objectionId);
  if (!objection) return refuse('no-such-objection', 'GDPR art. 21');
  if (objection.state !== 'pending') return refuse('objection-decided', 'GDPR art. 21');
  if (reasons.trim() === '') return refuse('no-reasons', 'GDPR art. 5(2), 12(4)');
  return document.trim() === '' ? refuse('no-document', 'GDPR art. 5(2)') : undefined;
}
