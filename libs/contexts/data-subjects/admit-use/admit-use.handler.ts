import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import type { CommandAnswer } from '@hjemmel/http';
import { Admissions } from '../admissions';
import { AdmitUse, UseAdmitted } from './admit-use.command';

@CommandHandler(AdmitUse)
export class AdmitUseHandler implements ICommandHandler<AdmitUse> {
  constructor(private readonly admissions: Admissions) {}

  async execute({ subjectId, use, context }: AdmitUse): Promise<CommandAnswer<UseAdmitted>> {
    const [admitted] = await this.admissions.admit([{ subjectId, pointer: '', act: 'AdmitUse', uses: [use] }], context);
    const [grant] = admitted!.grants;
    const { basis, statement, agreement, recipient } = grant!.ground;
    return {
      status: 201,
      body: {
        subjectId,
        admissionId: grant!.recordId,
        basis: `GDPR art. ${basis.code}`,
        statementVersion: statement.version,
        ...(agreement !== undefined && { agreementVersion: agreement }),
        ...(recipient && { recipient }),
        position: String(admitted!.position),
      },
    };
  }
}
