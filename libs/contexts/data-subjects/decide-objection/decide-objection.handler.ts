import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { ledger } from '../decider';
import type { OverruleObjection, UpholdObjection } from '../objections.decisions';
import { refused } from '../refused';
import { DecideObjection, ObjectionDecided } from './decide-objection.command';

@CommandHandler(DecideObjection)
export class DecideObjectionHandler implements ICommandHandler<DecideObjection> {
  constructor(private readonly decisions: Decisions) {}

  async execute(decide: DecideObjection): Promise<CommandAnswer<ObjectionDecided>> {
    const { subjectId, objectionId, decided, context } = decide;
    const { refusal, position } = await this.decisions.run(ledger, commandOf(decide), context);
    if (refusal) throw refused(refusal);
    const decidedBy = context.actor.id;
    return { status: 201, body: { subjectId, objectionId, decision: decided.decision, decidedBy, position: String(position) } };
  }
}

function commandOf({ subjectId, objectionId, decided, context }: DecideObjection): UpholdObjection | OverruleObjection {
  const { commandId, actor: decidedBy, now: at } = context;
  const { reasons, document } = decided;
  const decision = { subjectId, commandId, objectionId, reasons, document, decidedBy, at };
  if (decided.decision === 'upheld') return { type: 'UpholdObjection', ...decision };
  return { type: 'OverruleObjection', ...decision, grounds: decided.grounds, proposedBy: decided.proposedBy };
}
