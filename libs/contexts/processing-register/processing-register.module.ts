import { Global, Module } from '@nestjs/common';
import { DataSubjectsModule } from '@hjemmel/contexts/data-subjects/contract';
import { ChangeInstructionsHandler } from './agreements/change-instructions/change-instructions.handler';
import { ChangeInstructionsRoute } from './agreements/change-instructions/change-instructions.route';
import { ConcludeAgreementHandler } from './agreements/conclude-agreement/conclude-agreement.handler';
import { ConcludeAgreementRoute } from './agreements/conclude-agreement/conclude-agreement.route';
import { EndAgreementHandler } from './agreements/end-agreement/end-agreement.handler';
import { EndAgreementRoute } from './agreements/end-agreement/end-agreement.route';
import { GetAgreementHandler, ListAgreementsHandler } from './agreements/list-agreements/list-agreements.handler';
import { ListAgreementsRoute } from './agreements/list-agreements/list-agreements.route';
import { BalanceInterestHandler } from './balance-interest/balance-interest.handler';
import { BalanceInterestRoute } from './balance-interest/balance-interest.route';
import { ConfirmPartHandler } from './confirm-part/confirm-part.handler';
import { ConfirmPartRoute } from './confirm-part/confirm-part.route';
import { ConfirmRetentionRuleHandler } from './confirm-retention-rule/confirm-retention-rule.handler';
import { ConfirmRetentionRuleRoute } from './confirm-retention-rule/confirm-retention-rule.route';
import { ListConsentWordingsRoute } from './consent-wordings/list-consent-wordings.route';
import { DeclareActivityHandler } from './declare-activity/declare-activity.handler';
import { DeclareActivityRoute } from './declare-activity/declare-activity.route';
import { LoadsKnownParts } from './known-parts';
import { ExportRecordHandler } from './read-models/export-record/export-record.handler';
import { ExportRecordRoute } from './read-models/export-record/export-record.route';
import { GetActivityHandler, GetRegisterHandler, ListRetentionRulesHandler } from './read-models/get-register/get-register.handler';
import { GetRegisterRoute } from './read-models/get-register/get-register.route';
import { StoredRegisterHistory } from './read-models/register-history.store';
import { StoredAgreements } from './read-models/agreements.store';
import { RegisterHistory } from './register-history';
import { RetireActivityHandler } from './retire-activity/retire-activity.handler';
import { RetireActivityRoute } from './retire-activity/retire-activity.route';
import { ReviseActivityHandler } from './revise-activity/revise-activity.handler';
import { ReviseActivityRoute } from './revise-activity/revise-activity.route';
import { SetRetentionRuleHandler } from './set-retention-rule/set-retention-rule.handler';
import { SetRetentionRuleRoute } from './set-retention-rule/set-retention-rule.route';

/** The record of processing activities. Global, since other contexts ask how the register stood, and know its contract alone. */
@Global()
@Module({
  imports: [DataSubjectsModule],
  // The export comes before `:activityId`, which would take its name for an id.
  controllers: [
    ExportRecordRoute,
    GetRegisterRoute,
    DeclareActivityRoute,
    ReviseActivityRoute,
    RetireActivityRoute,
    ConfirmPartRoute,
    SetRetentionRuleRoute,
    ConfirmRetentionRuleRoute,
    ListConsentWordingsRoute,
    BalanceInterestRoute,
    ConcludeAgreementRoute,
    ChangeInstructionsRoute,
    EndAgreementRoute,
    ListAgreementsRoute,
  ],
  providers: [
    LoadsKnownParts,
    StoredRegisterHistory,
    StoredAgreements,
    { provide: RegisterHistory, useExisting: StoredRegisterHistory },
    DeclareActivityHandler,
    ReviseActivityHandler,
    RetireActivityHandler,
    ConfirmPartHandler,
    SetRetentionRuleHandler,
    ConfirmRetentionRuleHandler,
    GetRegisterHandler,
    GetActivityHandler,
    ListRetentionRulesHandler,
    ExportRecordHandler,
    BalanceInterestHandler,
    ConcludeAgreementHandler,
    ChangeInstructionsHandler,
    EndAgreementHandler,
    ListAgreementsHandler,
    GetAgreementHandler,
  ],
  exports: [RegisterHistory],
})
export class ProcessingRegisterModule {}
