import { CommandContext, Decided, Decisions, EventLog } from '@hjemmel/event-store';
import { decide, isRefusal, Problem } from '@hjemmel/kernel';
import { standingsOf } from '../due/due';
import type { KeepingNorms } from '../due/norms';
import { DecideErasure, erasure, ErasureRefusal } from '../erasure/decider';
import { erasureStream, ErasureEvent } from '../erasure/events';
import { FactParts, factsOf, KeepingOf } from '../erasure/facts';
import { Erasure, evolveErasure } from '../erasure/state';
import { heldOnLedger } from '../look/keeping';
import type { ErasureAnswer, ErasureAsked, Erasures } from './erasures';

/** What rules keep of a person still: everything that is not due, waits for a confirmation or has no rule at all. */
export const keepingOnLog =
  (log: EventLog, norms: () => KeepingNorms): KeepingOf =>
  async (subjectId, at) => {
    const held = await heldOnLedger(log, subjectId);
    if (!held) return { kept: [], changes: 0 };
    const kept = standingsOf(held, norms(), at).filter(({ state }) => state !== 'due');
    return {
      kept: kept.map(({ retentionClass, state, until }) => ({ retentionClass, ...(state === 'kept' && until !== undefined && { until }) })),
      changes: held.changes,
    };
  };

/**
 * Erasures as runs ask for them: each is decided on the ledger, the holds and the vault as they are, and one that was deferred in an earlier run is
 * looked at anew. What is begun is carried out by the eraser.
 */
export function erasuresOnLog(parts: FactParts): Erasures {
  return {
    begin: async (asked, context) => {
      const { decisions } = parts;
      const command = await commandOf(parts, asked, context);
      const first = await decisions.run(erasure, command, context);
      if (first.refusal) throw refused(first);
      return answerOf(asked, first.events.length > 0 ? first.state : await again(decisions, command, context));
    },
    foresee: async (asked, context) => {
      const { state } = await parts.decisions.load(erasure, erasureStream(asked.erasureId));
      const command = await commandOf(parts, asked, context);
      const first = decide(erasure, command, state);
      if (isRefusal(first)) throw refused({ refusal: first });
      const decided = first.length > 0 ? first : decide(erasure, { ...command, type: 'ReconsiderErasure' }, state);
      return answerOf(asked, (isRefusal(decided) ? [] : decided).reduce<Erasure>(evolveErasure, state));
    },
  };
}

/** The decision stands from an earlier run: what deferred it then may be over. */
async function again(decisions: Decisions, { erasureId, facts, at }: DecideErasure, context: CommandContext): Promise<Erasure> {
  const { state } = await decisions.load(erasure, erasureStream(erasureId));
  if (state.rounds.length > 0) return state; // begun; a round that has begun is the eraser's
  return (await decisions.run(erasure, { type: 'ReconsiderErasure', erasureId, facts, at }, context)).state;
}

async function commandOf(
  parts: FactParts,
  { erasureId, subjectId, retentionClasses, rule, runId }: ErasureAsked,
  { commandId, now }: CommandContext,
): Promise<DecideErasure> {
  const { facts } = await factsOf(parts, subjectId, 'retention', now);
  return {
    type: 'DecideErasure',
    erasureId,
    commandId,
    subjectId,
    request: { ground: 'retention', channel: 'schedule', receivedAt: now.toISOString(), document: `${rule}, run ${runId}` },
    only: retentionClasses,
    facts,
    at: now,
  };
}

function answerOf({ erasureId }: ErasureAsked, { rounds, deferred }: Erasure): ErasureAnswer {
  const because = deferred[0]?.deferred;
  if (rounds.length > 0 || !because) return { erasureId, outcome: 'begun' };
  const { exception, legal, until } = because;
  return { erasureId, outcome: 'deferred', because: { exception, legal, ...(until !== undefined && { until }) } };
}

const refused = ({ refusal }: Pick<Decided<Erasure, ErasureEvent, ErasureRefusal>, 'refusal'>): Problem =>
  new Problem({ type: '/problems/erasure-refused', title: 'The erasure was refused', status: 409, rule: refusal!.refused });
