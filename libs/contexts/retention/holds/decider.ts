import { Actor, decider, refuse, Refusal } from '@hjemmel/kernel';
import { HoldEvent, holdStream, HoldTarget } from './events';
import { evolveHolds, Holds, noHolds } from './state';

interface OnHold {
  readonly holdId: string;
  readonly commandId: string;
  readonly on: HoldTarget;
  readonly reason: string;
  readonly proposedBy: string;
  readonly decidedBy: Actor;
  readonly at: Date;
}
export type PlaceHold = OnHold & { readonly type: 'PlaceHold'; readonly document: string };
export type ReleaseHold = OnHold & { readonly type: 'ReleaseHold' };
export type HoldRefusal = 'no-reason' | 'no-document' | 'four-eyes' | 'no-such-hold';

/** Keeping against a person's wish, and ceasing to, takes two people and a reason. */
export const legalHolds = decider<PlaceHold | ReleaseHold, Holds, HoldEvent, HoldRefusal>({
  stream: ({ on }) => holdStream(on),
  initial: noHolds,
  evolve: evolveHolds,
  decide: {
    PlaceHold: (command, { active, released }) => {
      const { holdId, commandId, on, reason, document, proposedBy, decidedBy, at } = command;
      if (active.some((hold) => hold.holdId === holdId) || released.includes(holdId)) return [];
      const fault = faultOf(command);
      if (fault) return fault;
      if (document.trim() === '') return refuse('no-document', 'GDPR art. 5(2), 17(3)(e)');
      const data = { holdId, commandId, on, reason, document, proposedBy, placedBy: decidedBy, placedAt: at.toISOString() };
      return [{ type: 'HoldPlaced', data }];
    },
    ReleaseHold: (command, { active, released }) => {
      const { holdId, commandId, on, reason, proposedBy, decidedBy, at } = command;
      if (released.includes(holdId)) return [];
      if (!active.some((hold) => hold.holdId === holdId)) return refuse('no-such-hold', 'GDPR art. 17(3)(e)');
      const fault = faultOf(command);
      if (fault) return fault;
      const data = { holdId, commandId, on, reason, proposedBy, releasedBy: decidedBy, releasedAt: at.toISOString() };
      return [{ type: 'HoldReleased', data }];
    },
  },
});

function faultOf({ reason, proposedBy, decidedBy }: OnHold): Refusal<HoldRefusal> | undefined {
  if (reason.trim() === '') return refuse('no-reason', 'GDPR art. 5(2), 17(3)(e)');
  return proposedBy.trim() === '' || proposedBy === decidedBy.id ? refuse('four-eyes', 'GDPR art. 24(1)') : undefined;
}
