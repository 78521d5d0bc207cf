import { Inject } from '@nestjs/common';
import { IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { EventLog } from '@hjemmel/event-store';
import { EVENT_LOG } from '@hjemmel/event-store';
import { Problem } from '@hjemmel/kernel';
import { unknownSubject } from '../admissions';
import { ledgerOf } from '../events';
import { InForce } from '../in-force';
import { consentHistoryOf, LedgerTooLong, MAX_EVENTS } from './consent-history';
import { consentRecordsOf } from './consent-records';
import { GetConsentRecords } from './get-consent-records.query';

@QueryHandler(GetConsentRecords)
export class GetConsentRecordsHandler implements IQueryHandler<GetConsentRecords> {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    private readonly inForce: InForce,
  ) {}

  async execute({ subjectId, at }: GetConsentRecords): Promise<object> {
    const ledger = this.log.readStream(ledgerOf(subjectId), { limit: MAX_EVENTS + 1 });
    const history = await consentHistoryOf(ledger).catch((error: unknown) => {
      throw error instanceof LedgerTooLong ? tooLong() : error;
    });
    if (!history) throw unknownSubject();
    return consentRecordsOf(history, { register: this.inForce.at(at).register, at });
  }
}

const tooLong = (): Problem =>
  new Problem({
    type: '/problems/ledger-too-long',
    title: 'The ledger is longer than what is read for one answer',
    status: 422,
    rule: 'ledger-too-long',
    detail: 'the auditor’s program reads it whole: hjemmel history',
  });
