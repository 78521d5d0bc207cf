import { Module } from '@nestjs/common';
import { Decisions, EVENT_LOG, EventLog } from '@hjemmel/event-store';
import { Vault } from '@hjemmel/vault';
import { Admissions } from './admissions';
import { AdmitUseHandler } from './admit-use/admit-use.handler';
import { AdmitUseRoute } from './admit-use/admit-use.route';
import { ChooseConsentsHandler } from './choose-consents/choose-consents.handler';
import { ChooseConsentsRoute } from './choose-consents/choose-consents.route';
import { InForce } from './in-force';
import { GetDataSubjectHandler } from './read-models/get-data-subject/get-data-subject.handler';
import { GetDataSubjectRoute } from './read-models/get-data-subject/get-data-subject.route';
import { ListRefusalsHandler } from './read-models/list-refusals/list-refusals.handler';
import { ListRefusalsRoute } from './read-models/list-refusals/list-refusals.route';
import { Reads } from './reads';
import { RegisterVisitorHandler } from './register-visitor/register-visitor.handler';
import { RegisterVisitorRoute } from './register-visitor/register-visitor.route';
import { RestrictProcessingHandler } from './restrict-processing/restrict-processing.handler';
import { RestrictProcessingRoute } from './restrict-processing/restrict-processing.route';
import { WithdrawConsentHandler } from './withdraw-consent/withdraw-consent.handler';
import { WithdrawConsentRoute } from './withdraw-consent/withdraw-consent.route';

/** The person's ledger: standing, admissions, restriction, consent, and the record of who read what. */
@Module({
  controllers: [
    RegisterVisitorRoute,
    AdmitUseRoute,
    RestrictProcessingRoute,
    ChooseConsentsRoute,
    WithdrawConsentRoute,
    GetDataSubjectRoute,
    ListRefusalsRoute,
  ],
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
    RegisterVisitorHandler,
    AdmitUseHandler,
    RestrictProcessingHandler,
    ChooseConsentsHandler,
    WithdrawConsentHandler,
    GetDataSubjectHandler,
    ListRefusalsHandler,
  ],
  exports: [Admissions, Reads],
})
export class DataSubjectsModule {}
