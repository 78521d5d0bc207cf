import { unknownSubject } from '@hjemmel/contexts/data-subjects/contract';
import type { CommandContext, Decisions } from '@hjemmel/event-store';
import { isRefusal, decide, Problem, Refusal } from '@hjemmel/kernel';
import { DecideErasure, erasure, ErasureRefusal, ReconsiderErasure } from './decider';
import type { Deferral, ErasureLine, ErasureRequest } from './events';
import { erasureStream } from './events';
import { factsOf, FactParts } from './facts';
import type { Erasure } from './state';

export interface AskedErasure {
  readonly erasureId: string;
  readonly subjectId: string;
  readonly request: ErasureRequest;
  /** Retention classes that it is about; all where absent. */
  readonly only?: readonly string[];
}

export interface BegunErasure {
  readonly erasureId: string;
  readonly state: Erasure;
  /** One for each retention class, as decided now. */
  readonly lines: readonly ErasureLine[];
  /** `deferred` where nothing can be erased now. */
  readonly outcome: 'begun' | 'deferred';
  /** Why the first of what is deferred is. */
  readonly because?: Deferral;
  readonly position: bigint;
}

/** Has an erasure decided on the ledger, the holds and the vault as they are now. What follows is done by a process of its own. */
export class Erasures {
  constructor(
    private readonly decisions: Decisions,
    private readonly parts: Omit<FactParts, 'decisions'>,
  ) {}

  /** @throws Problem where it is refused */
  async begin(asked: AskedErasure, context: CommandContext): Promise<BegunErasure> {
    const command = await this.command(asked, context);
    const first = await this.decisions.run(erasure, command, context);
    if (first.refusal) throw refusedErasure(first.refusal);
    // The decision is there from an earlier time: what deferred it then may be over.
    const isOld = first.events.length === 0 && first.state.rounds.length === 0;
    const { state, position } = isOld ? await this.decisions.run(erasure, reconsidered(command), context) : first;
    return begun(asked.erasureId, state, position);
  }

  /** What `begin` would answer; changes nothing. @throws Problem likewise */
  async foresee(asked: AskedErasure, context: CommandContext): Promise<BegunErasure> {
    const { state } = await this.decisions.load(erasure, erasureStream(asked.erasureId));
    const command = await this.command(asked, context);
    const first = decide(erasure, command, state);
    if (isRefusal(first)) throw refusedErasure(first);
    const isOld = first.length === 0 && state.rounds.length === 0;
    const decision = isOld ? decide(erasure, reconsidered(command), state) : first;
    return begun(asked.erasureId, (isRefusal(decision) ? [] : decision).reduce(erasure.evolve, state), -1n);
  }

  private async command({ erasureId, subjectId, request, only }: AskedErasure, context: CommandContext): Promise<DecideErasure> {
    const { facts } = await factsOf({ ...this.parts, decisions: this.decisions }, subjectId, request.ground, context.now);
    const asked = { erasureId, subjectId, commandId: context.commandId, request, ...(only && { only }) };
    return { type: 'DecideErasure', ...asked, facts, at: context.now };
  }
}

const reconsidered = ({ erasureId, facts, at }: DecideErasure): ReconsiderErasure => ({ type: 'ReconsiderErasure', erasureId, facts, at });

function begun(erasureId: string, state: Erasure, position: bigint): BegunErasure {
  const [first] = state.deferred;
  const outcome = state.rounds.length > 0 ? 'begun' : 'deferred';
  const lines = [...state.rounds.flatMap((round) => round.lines), ...state.deferred];
  return { erasureId, state, lines, outcome, position, ...(first?.deferred && { because: first.deferred }) };
}

function refusedErasure({ refused: rule, legal }: Pick<Refusal<ErasureRefusal>, 'refused' | 'legal'>): Problem {
  if (rule === 'unknown-subject') return unknownSubject();
  return new Problem({ type: `/problems/${rule}`, ...answers[rule], rule, ...(legal !== undefined && { legal }) });
}

const answers: Readonly<Record<Exclude<ErasureRefusal, 'unknown-subject'>, { readonly title: string; readonly status: number }>> = {
  'already-erased': { title: 'The person’s data was erased', status: 409 },
  'no-ground': { title: 'An erasure has a ground', status: 422 },
  'consent-live': { title: 'A consent of the person lives: it is withdrawn first', status: 409 },
  'no-consent-withdrawn': { title: 'The person has withdrawn no consent', status: 409 },
  'no-objection-upheld': { title: 'No objection of the person was upheld', status: 409 },
  'nothing-held': { title: 'Nothing of this is kept', status: 409 },
  'no-document': { title: 'A request is written down somewhere', status: 422 },
  'erasure-exists': { title: 'Another command began an erasure under this id', status: 409 },
  'no-such-erasure': { title: 'No such erasure', status: 404 },
  'still-readable': { title: 'Something can be read still', status: 409 },
  'recipient-not-told': { title: 'A recipient was not told yet', status: 409 },
};
