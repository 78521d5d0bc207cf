import { Inject } from '@nestjs/common';
import { IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { DataErased, ledgerOf } from '@hjemmel/contexts/data-subjects/contract';
import { EVENT_LOG } from '@hjemmel/event-store';
import type { EventLog } from '@hjemmel/event-store';
import { fold, Recorded } from '@hjemmel/kernel';
import { ErasureEvent, erasureStream } from '../../erasure/events';
import { evolveErasure, noErasure } from '../../erasure/state';
import { noSuchErasure } from '../no-such-erasure';
import { Certificate, certificateOf } from './certificate';
import { GetCertificate } from './get-certificate.query';

/** Read from the log itself, so that the certificate says what is there and not what a read model made of it. */
@QueryHandler(GetCertificate)
export class GetCertificateHandler implements IQueryHandler<GetCertificate> {
  constructor(@Inject(EVENT_LOG) private readonly log: EventLog) {}

  async execute({ erasureId }: GetCertificate): Promise<Certificate> {
    const recorded: Recorded<ErasureEvent>[] = [];
    for await (const one of this.log.readStream(erasureStream(erasureId))) recorded.push(one as Recorded<ErasureEvent>);
    const state = fold(
      evolveErasure,
      noErasure,
      recorded.map(({ event }) => event),
    );
    if (!state.request) throw noSuchErasure();
    return certificateOf(erasureId, state, recorded, await this.onLedger(erasureId, state.subjectId));
  }

  private async onLedger(erasureId: string, subjectId: string): Promise<Recorded<DataErased>[]> {
    const found: Recorded<DataErased>[] = [];
    for await (const recorded of this.log.readStream(ledgerOf(subjectId))) {
      if (recorded.event.type === 'DataErased' && (recorded.event as DataErased).data.erasureId === erasureId)
        found.push(recorded as Recorded<DataErased>);
    }
    return found;
  }
}
