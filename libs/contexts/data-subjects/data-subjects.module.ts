import { Module } from '@nestjs/common';
import { Decisions, EVENT_LOG, EventLog } from '@hjemmel/event-store';
import { Vault } from '@hjemmel/vault';
import { Admissions } from './admissions';
import { AdmitUseHandler } from './admit-use/admit-use.handler';
import { AdmitUseRoute } from './admit-use/admit-use.route';
import { AnnounceLiftingHandler } from './announce-lifting/announce-lifting.handler';
import { AnnounceLiftingRoute } from './announce-lifting/announce-lifting.route';
import { BeginRetentionPeriodHandler } from './begin-retention-period/begin-retention-period.handler';
import { BeginRetentionPeriodRoute } from './begin-retention-period/begin-retention-period.route';
import { ChooseConsentsHandler } from './choose-consents/choose-consents.handler';
import { ChooseConsentsRoute } from './choose-consents/choose-consents.route';
import { GetConsentRecordsHandler } from './consent-records/get-consent-records.handler';
import { GetConsentRecordsRoute } from './consent-records/get-consent-records.route';
import { DecideObjectionHandler } from './decide-objection/decide-objection.handler';
import { DecideObjectionRoute } from './decide-objection/decide-objection.route';
import { EndRelationHandler } from './end-relation/end-relation.handler';
import { EndRelationRoute } from './end-relation/end-relation.route';
import { InForce } from './in-force';
import { LiftRestrictionHandler } from './lift-restriction/lift-restriction.handler';
import { LiftRestrictionRoute } from './lift-restriction/lift-restriction.route';
import { GetDataSubjectHandler } from './read-models/get-data-subject/get-data-subject.handler';
import { GetDataSubjectRoute } from './read-models/get-data-subject/get-data-subject.route';
import { ListRefusalsHandler } from './read-models/list-refusals/list-refusals.handler';
import { ListRefusalsRoute } from './read-models/list-refusals/list-refusals.route';
import { Reads } from './reads';
import { ReceiveObjectionHandler } from './receive-objection/receive-objection.handler';
import { ReceiveObjectionRoute } from './receive-objection/receive-objection.route';
import { RecordDisclosureHandler } from './record-disclosure/record-disclosure.handler';
import { RecordDisclosureRoute } from './record-disclosure/record-disclosure.route';
import { RegisterVisitorHandler } from './register-visitor/register-visitor.handler';
import { RegisterVisitorRoute } from './register-visitor/register-visitor.route';
import { RestrictProcessingHandler } from './restrict-processing/restrict-processing.handler';
import { RestrictProcessingRoute } from './restrict-processing/restrict-processing.route';
import { WithdrawConsentHandler } from './withdraw-consent/withdraw-consent.handler';
import { WithdrawConsentRoute } from './withdraw-consent/withdraw-consent.route';
import { WithdrawObjectionHandler } from './withdraw-objection/withdraw-objection.handler';
import { WithdrawObjectionRoute } from './withdraw-objection/withdraw-objection.route';

/** The person's ledger: standing, admissions, restriction, consent, and the record of who read what. */
@Module({
  controllers: [
    RegisterVisitorRoute,
    AdmitUseRoute,
    RecordDisclosureRoute,
    RestrictProcessingRoute,
    AnnounceLiftingRoute,
    LiftRestrictionRoute,
    ReceiveObjectionRoute,
    DecideObjectionRoute,
    WithdrawObjectionRoute,
    ChooseConsentsRoute,
    WithdrawConsentRoute,
    EndRelationRoute,
    BeginRetentionPeriodRoute,
    GetDataSubjectRoute,
    GetConsentRecordsRoute,
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
    RecordDisclosureHandler,
    RestrictProcessingHandler,
    AnnounceLiftingHandler,
    LiftRestrictionHandler,
    ReceiveObjectionHandler,
    DecideObjectionHandler,
    WithdrawObjectionHandler,
    ChooseConsentsHandler,
    WithdrawConsentHandler,
    EndRelationHandler,
    BeginRetentionPeriodHandler,
    GetDataSubjectHandler,
    GetConsentRecordsHandler,
    ListRefusalsHandler,
  ],
  exports: [Admissions, Reads],
})
export class DataSubjectsModule {}
