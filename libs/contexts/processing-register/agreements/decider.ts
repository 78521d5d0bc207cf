import { Actor, decider, refuse } from '@hjemmel/kernel';
import { AgreementEvent, agreementStream } from './events';
import { AgreementState, evolveAgreement } from './state';

interface OnAgreement {
  readonly customer: string;
  readonly by: Actor;
}
export interface ConcludeAgreement extends OnAgreement {
  readonly type: 'ConcludeAgreement';
  readonly version: string;
  readonly sha256: string;
  /** Not later than {@link at}: an agreement is recorded when it holds. */
  readonly from: Date;
  readonly at: Date;
  readonly activities: readonly string[];
  /** Activities of the register that the company does as a processor. */
  readonly known: readonly string[];
}
export interface GiveInstruction extends OnAgreement {
  readonly type: 'GiveInstruction';
  readonly activities: readonly string[];
  readonly document: string;
  readonly from: Date;
  readonly known: readonly string[];
}
export interface WithdrawInstruction extends OnAgreement {
  readonly type: 'WithdrawInstruction';
  readonly activities: readonly string[];
  readonly document: string;
  readonly until: Date;
}
export interface EndAgreement extends OnAgreement {
  readonly type: 'EndAgreement';
  readonly until: Date;
  readonly reason: string;
}
export type AgreementCommand = ConcludeAgreement | GiveInstruction | WithdrawInstruction | EndAgreement;
export type AgreementRefusal =
  | 'malformed-hash'
  | 'no-activity'
  | 'activity-unknown'
  | 'no-agreement'
  | 'agreement-ended'
  | 'not-instructed'
  | 'no-document'
  | 'no-reason'
  | 'ends-before-it-begins'
  | 'begins-in-the-future';

/** Decides on the agreement with one customer and what it instructs (GDPR art. 28(3)). */
export const processingAgreement = decider<AgreementCommand, AgreementState, AgreementEvent, AgreementRefusal>({
  stream: ({ customer }) => agreementStream(customer),
  initial: undefined,
  evolve: evolveAgreement,
  decide: {
    ConcludeAgreement: ({ customer, version, sha256, from, at, activities, known, by }, agreement) => {
      if (!/^[0-9a-f]{64}$/.test(sha256)) return refuse('malformed-hash', 'GDPR art. 28(9)');
      if (from.getTime() > at.getTime()) return refuse('begins-in-the-future', 'GDPR art. 28(3)');
      const unknown = faultOfActivities(activities, known);
      if (unknown) return unknown;
      if (agreement?.version === version && agreement.until === undefined && activities.every((one) => isLive(agreement, one))) return [];
      const data = { customer, version, sha256, from: from.toISOString(), activities, concludedBy: by };
      return [{ type: 'ProcessingAgreementConcluded', data }];
    },
    GiveInstruction: ({ customer, activities, document, from, known, by }, agreement) => {
      if (!agreement) return refuse('no-agreement', 'GDPR art. 28(3)');
      if (agreement.until !== undefined) return refuse('agreement-ended', 'GDPR art. 28(3)(g)');
      if (document.trim() === '') return refuse('no-document', 'GDPR art. 28(3)(a)');
      const unknown = faultOfActivities(activities, known);
      if (unknown) return unknown;
      if (activities.every((one) => isLive(agreement, one))) return [];
      return [{ type: 'InstructionGiven', data: { customer, activities, document, from: from.toISOString(), recordedBy: by } }];
    },
    WithdrawInstruction: ({ customer, activities, document, until, by }, agreement) => {
      if (!agreement) return refuse('no-agreement', 'GDPR art. 28(3)');
      if (document.trim() === '') return refuse('no-document', 'GDPR art. 28(3)(a)');
      if (!activities.every((one) => Object.hasOwn(agreement.instructions, one))) return refuse('not-instructed', 'GDPR art. 28(3)(a)');
      if (!activities.some((one) => isLive(agreement, one))) return [];
      return [{ type: 'InstructionWithdrawn', data: { customer, activities, document, until: until.toISOString(), recordedBy: by } }];
    },
    EndAgreement: ({ customer, until, reason, by }, agreement) => {
      if (!agreement) return refuse('no-agreement', 'GDPR art. 28(3)');
      if (agreement.until !== undefined) return [];
      if (reason.trim() === '') return refuse('no-reason', 'GDPR art. 5(2)');
      if (until.getTime() < Date.parse(agreement.from)) return refuse('ends-before-it-begins', 'GDPR art. 28(3)');
      return [{ type: 'ProcessingAgreementEnded', data: { customer, until: until.toISOString(), reason, endedBy: by } }];
    },
  },
});

const isLive = ({ instructions }: NonNullable<AgreementState>, activity: string): boolean =>
  Object.hasOwn(instructions, activity) && instructions[activity]!.until === undefined;

function faultOfActivities(activities: readonly string[], known: readonly string[]) {
  if (activities.length === 0) return refuse('no-activity', 'GDPR art. 28(3)');
  return activities.every((activity) => known.includes(activity)) ? undefined : refuse('activity-unknown', 'GDPR art. 30(2)');
}
