import { CommandHandler, ICommandHandler } from '@nestjs/cqrs';
import type { CommandAnswer } from '@hjemmel/http';
import { derivedUuid } from '@hjemmel/kernel';
import { Erasures } from '../erasures';
import { statusOf } from '../state';
import { ErasureRequested, RequestErasure } from './request-erasure.command';

@CommandHandler(RequestErasure)
export class RequestErasureHandler implements ICommandHandler<RequestErasure> {
  constructor(private readonly erasures: Erasures) {}

  async execute({ subjectId, request, context }: RequestErasure): Promise<CommandAnswer<ErasureRequested>> {
    const erasureId = derivedUuid('erasure', context.commandId);
    const { state, lines, position } = await this.erasures.begin({ erasureId, subjectId, request }, context);
    return {
      status: 201,
      body: {
        erasureId,
        subjectId,
        status: statusOf(state),
        lines: lines.map(({ keys: _, ...line }) => line),
        position: String(position),
      },
    };
  }
}
