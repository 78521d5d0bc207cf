import { Module } from '@nestjs/common';
import { Decisions, EVENT_LOG, EventLog } from '@hjemmel/event-store';
import { Vault } from '@hjemmel/vault';
import { Admissions } from './admissions';
import { AdmitUseHandler } from './admit-use/admit-use.handler';
import { AdmitUseRoute } from './admit-use/admit-use.route';
import { InForce } from './in-force';
import { GetDataSubjectHandler } from './read-models/get-data-subject/get-data-subject.handler';
import { GetDataSubjectRoute } from './read-models/get-data-subject/get-data-subject.route';
import { ListRefusalsHandler } from './read-models/list-refusals/list-refusals.handler';
import { ListRefusalsRoute } from './read-models/list-refusals/list-refusals.route';
import { Reads } from './reads';
import { RestrictProcessingHandler } from './restrict-processing/restrict-processing.handler';
import { RestrictProcessingRoute } from './restrict-processing/restrict-processing.route';
import { WithdrawConsentHandler } from './withdraw-consent/withdraw-consent.handler';
import { WithdrawConsentRoute } from './withdraw-consent/withdraw-consent.route';

/** The person's ledger: standing, admissions, restriction, consent, and the record of who read what. */
@Module({
  controllers: [AdmitUseRoute, RestrictProcessingRoute, WithdrawConsentRoute, GetDataSubjectRoute, ListRefusalsRoute],
  providers: [
    {
      provide: Admissions,
      inject: [Decisions, InForce],
      useFactory: (decisions: Decisions, inForce: InForce) => new Admissions(decisions, inForce),
    },
    {
      provide: Reads,
      inject: [EVENT_LOG, Decisions, InForce, Vault],
      useFactory: (log: EventLog, decisions: Decisions, inForce: InForce, vault: Vault) => new Reads(log, decisions, inForce, vault),
    },
    AdmitUseHandler,
    RestrictProcessingHandler,
    WithdrawConsentHandler,
    GetDataSubjectHandler,
    ListRefusalsHandler,
  ],
  exports: [Admissions, Reads],
})
export class DataSubjectsModule {}
