import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { Decisions } from '@hjemmel/event-store';
import type { CommandAnswer } from '@hjemmel/http';
import { disclosureIdOf } from '../admitting.decisions';
import { ledger } from '../decider';
import { refused } from '../refused';
import { DisclosureRecorded, RecordDisclosure } from './record-disclosure.command';

@CommandHandler(RecordDisclosure)
export class RecordDisclosureHandler implements ICommandHandler<RecordDisclosure> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ subjectId, made, context }: RecordDisclosure): Promise<CommandAnswer<DisclosureRecorded>> {
    const { commandId, now } = context;
    const command = { type: 'RecordDisclosure', subjectId, commandId, ...made, at: now } as const;
    const { refusal, position } = await this.decisions.run(ledger, command, context);
    if (refusal) throw refused(refusal);
    const { admissionId } = made;
    return { status: 201, body: { subjectId, disclosureId: disclosureIdOf(command), admissionId, position: String(position) } };
  }
}
