import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { company } from '@hjemmel/contexts/processing-register/contract';
import { Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { ledger } from '../decider';
import { objectionIdOf } from '../objections.decisions';
import { refused } from '../refused';
import { Objected, ReceiveObjection } from './receive-objection.command';

@CommandHandler(ReceiveObjection)
export class ReceiveObjectionHandler implements ICommandHandler<ReceiveObjection> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ subjectId, asked, context }: ReceiveObjection): Promise<CommandAnswer<Objected>> {
    const command = { type: 'ReceiveObjection', subjectId, commandId: context.commandId, ...asked, company } as const;
    const { state, refusal, position } = await this.decisions.run(ledger, command, context);
    if (refusal) throw refused(refusal);
    const { kind, purpose } = asked;
    // Where a crash came before the answer it may have been overruled or withdrawn since: it is this command's then.
    const known = state.standing.objections.find((objection) => objection.kind === kind && objection.purpose === purpose);
    const objectionId = known?.objectionId ?? objectionIdOf(command);
    return { status: 201, body: { subjectId, objectionId, kind, purpose, position: String(position) } };
  }
}
