import { Actor, decider, refuse, Refusal } from '@hjemmel/kernel';
import { blank, EntryRefusal, faultOf, isComplete, KnownParts, subset } from './entry.decisions';
import { ActivityEntry, activityStream, BalancingTest, partsOf, ProcessingActivityEvent, PurposeCode } from './events';
import { ActivityState, evolve } from './state';

export type { KnownParts };

interface OnActivity {
  readonly activityId: string;
  readonly approvedBy: Actor;
  /** Who prepared it; absent for what comes with the program. */
  readonly proposedBy?: string;
}
interface WithEntry extends OnActivity {
  readonly entry: ActivityEntry;
  readonly known: KnownParts;
}
export interface DeclareActivity extends WithEntry {
  readonly type: 'DeclareActivity';
}
export interface ReviseActivity extends WithEntry {
  readonly type: 'ReviseActivity';
  readonly reason: string;
}
export interface RetireActivity extends OnActivity {
  readonly type: 'RetireActivity';
  readonly reason: string;
}
export interface ConfirmPart {
  readonly type: 'ConfirmPart';
  readonly activityId: string;
  readonly part: string;
  readonly reason: string;
  /** Where the confirmation is written down. */
  readonly document: string;
  readonly confirmedBy: Actor;
}
/** The test of a legitimate interest, for all purposes that one basis carries. */
export interface BalanceInterest extends OnActivity {
  readonly type: 'BalanceInterest';
  readonly purposes: readonly PurposeCode[];
  readonly test: BalancingTest & { readonly document: string; readonly reviewBy: string };
  /** Day in Oslo on which it is approved. */
  readonly today: string;
}
export type RegisterCommand = DeclareActivity | ReviseActivity | RetireActivity | ConfirmPart | BalanceInterest;

export type RegisterRefusal =
  | EntryRefusal
  | 'already-declared'
  | 'not-declared'
  | 'retired'
  | 'no-reason'
  | 'no-document'
  | 'approver-not-named'
  | 'four-eyes'
  | 'mark-dropped'
  | 'part-unknown'
  | 'already-confirmed'
  | 'no-such-interest'
  | 'review-is-past';

/** Decides what stands in the register. P-… are promises of the privacy statement. */
export const processingActivity = decider<RegisterCommand, ActivityState, ProcessingActivityEvent, RegisterRefusal>({
  stream: ({ activityId }) => activityStream(activityId),
  initial: undefined,
  evolve,
  decide: {
    DeclareActivity: (command, activity) => {
      const { activityId, entry, known } = command;
      if (activity && !activity.retired && sameJson(activity.entry, entry)) return [];
      if (activity) return refuse('already-declared', 'GDPR art. 30(1)');
      return (
        faultOfApproval(command) ??
        faultOf(activityId, entry, known) ?? [
          { type: 'ProcessingActivityDeclared', data: { activityId, version: 1, entry, ...approval(command) } },
        ]
      );
    },
    ReviseActivity: (command, activity) => {
      const { activityId, entry, known, reason } = command;
      if (!activity) return refuse('not-declared', 'GDPR art. 30(1)');
      if (activity.retired) return refuse('retired', 'GDPR art. 30(1)');
      if (reason.trim() === '') return refuse('no-reason', 'GDPR art. 5(2)');
      if (sameJson(activity.entry, entry)) return [];
      const version = activity.version + 1;
      return (
        faultOfApproval(command) ??
        faultOf(activityId, entry, known) ??
        droppedMark(activity.entry, entry) ?? [
          { type: 'ProcessingActivityRevised', data: { activityId, version, entry, reason, ...approval(command) } },
        ]
      );
    },
    RetireActivity: (command, activity) => {
      const { activityId, reason } = command;
      if (!activity) return refuse('not-declared', 'GDPR art. 30(1)');
      if (activity.retired) return [];
      if (reason.trim() === '') return refuse('no-reason', 'GDPR art. 5(2)');
      return (
        faultOfApproval(command) ?? [
          { type: 'ProcessingActivityRetired', data: { activityId, version: activity.version, reason, ...approval(command) } },
        ]
      );
    },

    ConfirmPart: ({ activityId, part, reason, document, confirmedBy }, activity) => {
      if (!activity) return refuse('not-declared', 'GDPR art. 30(1)');
      if (activity.retired) return refuse('retired', 'GDPR art. 30(1)');
      if (blank(reason)) return refuse('no-reason', 'GDPR art. 5(2)');
      if (blank(document)) return refuse('no-document', 'GDPR art. 5(2)');
      if (!mayApprove(confirmedBy)) return refuse('approver-not-named', 'GDPR art. 5(2), 24');
      if (!partsOf(activity.entry).includes(part)) return refuse('part-unknown', 'GDPR art. 30(1)');
      if (!activity.entry.unconfirmed.includes(part)) return refuse('already-confirmed', 'GDPR art. 5(2)');
      return [{ type: 'ActivityPartConfirmed', data: { activityId, version: activity.version, part, reason, document, confirmedBy } }];
    },

    BalanceInterest: (command, activity) => {
      const { activityId, purposes: asked, test, today } = command;
      if (!activity) return refuse('not-declared', 'GDPR art. 30(1)');
      if (activity.retired) return refuse('retired', 'GDPR art. 30(1)');
      if (!isComplete(test)) return refuse('balancing-test-incomplete', 'GDPR art. 6(1)(f); P-29');
      if (blank(test.document)) return refuse('no-document', 'GDPR art. 5(2)');
      if (test.reviewBy < today) return refuse('review-is-past', 'GDPR art. 6(1)(f)');
      const bases = activity.entry.legalBases.filter(
        ({ code, purposes: carried = activity.entry.purposes }) => code === '6(1)(f)' && carried.every((one) => asked.includes(one)),
      );
      const covered = bases.flatMap(({ purposes: carried = activity.entry.purposes }) => carried);
      if (bases.length === 0 || !subset(asked, covered)) return refuse('no-such-interest', 'GDPR art. 6(1)(f)');
      if (bases.every(({ balancing }) => sameJson(balancing, test))) return [];
      return (
        faultOfApproval(command) ?? [
          { type: 'InterestBalanced', data: { activityId, version: activity.version, purposes: asked, test, ...approval(command) } },
        ]
      );
    },
  },
});

/** A person in one of the two roles that answer for the register. A service or a program stands for nothing. */
export const mayApprove = ({ role }: Actor): boolean => role === 'privacy-officer' || role === 'admin';

/** Four eyes: who prepared a change does not approve it. What comes with the program has nobody who prepared it, and says so by its actor. */
export function faultOfApproval({
  approvedBy,
  proposedBy,
}: Pick<OnActivity, 'approvedBy' | 'proposedBy'>): Refusal<'approver-not-named' | 'four-eyes'> | undefined {
  if (approvedBy.role === 'system' && proposedBy === undefined) return undefined;
  if (!mayApprove(approvedBy)) return refuse('approver-not-named', 'GDPR art. 5(2), 24');
  return blank(proposedBy) || proposedBy === approvedBy.id ? refuse('four-eyes', 'GDPR art. 24(1), 32(1)') : undefined;
}

const approval = ({ approvedBy, proposedBy }: OnActivity) => ({ approvedBy, ...(proposedBy !== undefined && { proposedBy }) });

/** A mark goes by a confirmation, which names a document, or with the part itself; never by leaving it out of a revision. */
function droppedMark(before: ActivityEntry, after: ActivityEntry): Refusal<'mark-dropped'> | undefined {
  const present = partsOf(after);
  return before.unconfirmed.some((part) => present.includes(part) && !after.unconfirmed.includes(part))
    ? refuse('mark-dropped', 'GDPR art. 5(2)')
    : undefined;
}

/** Equality of plain JSON values, whatever the order of their properties; a property that is undefined is none. */
function sameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = (value: object) => Object.entries(value).flatMap(([key, field]) => (field === undefined ? [] : [key]));
  const [left, right] = [keys(a), keys(b)];
  return left.length === right.length && left.every((key) => sameJson((a as never)[key], (b as never)[key]));
}
