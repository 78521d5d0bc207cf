import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import type { CommandAnswer } from '@hjemmel/http';
import { Admissions } from '../admissions';
import { AdmitUse, UseAdmitted } from './admit-use.command';

@CommandHandler(AdmitUse)
export class AdmitUseHandler implements ICommandHandler<AdmitUse> {
  constructor(private readonly admissions: Admissions) {}

  async execute({ subjectId, use, context }: AdmitUse): Promise<CommandAnswer<UseAdmitted>> {
    const request = { subjectId, pointer: '', act: 'AdmitUse', uses: [{ kind: 'processing', ...use } as const] };
    const [admitted] = await this.admissions.admit([request], context);
    const [grant] = admitted!.grants;
    const { basis, statement } = grant!.ground;
    return {
      status: 201,
      body: {
        subjectId,
        admissionId: grant!.recordId,
        basis: `GDPR art. ${basis.code}`,
        statementVersion: statement.version,
        position: String(admitted!.position),
      },
    };
  }
}
