import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import { company } from '@hjemmel/contexts/processing-register/contract';
import type { CommandAnswer } from '@hjemmel/http';
import { newPseudonym } from '@hjemmel/kernel';
import { Admissions } from '../admissions';
import { consentEvidence } from '../consent-evidence';
import { RegisterVisitor, VisitorRegistered } from './register-visitor.command';

@CommandHandler(RegisterVisitor)
export class RegisterVisitorHandler implements ICommandHandler<RegisterVisitor> {
  constructor(private readonly admissions: Admissions) {}

  /**
   * The pseudonym is made by chance, so that it follows from nothing that anybody knows. A repeat is answered from the idempotency table;
   * where a crash came between the append and that answer, a ledger stays behind that is nobody's.
   */
  async execute({ context }: RegisterVisitor): Promise<CommandAnswer<VisitorRegistered>> {
    const subjectId = newPseudonym();
    const [admitted] = await this.admissions.admit(
      [
        {
          subjectId,
          isNew: true,
          pointer: '',
          act: 'RegisterVisitor',
          registration: { controller: company, source: 'device' },
          relation: { customer: company, capacity: 'visitor' },
          uses: [consentEvidence],
        },
      ],
      context,
    );
    return { status: 201, body: { subjectId, position: String(admitted!.position) } };
  }
}
