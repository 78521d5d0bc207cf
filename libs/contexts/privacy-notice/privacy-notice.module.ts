import { Global, Module } from '@nestjs/common';
import { DataSubjectsModule } from '@hjemmel/contexts/data-subjects/contract';
import { PublishStatementRoute } from './publish-statement/publish-statement.route';
import { PublishStatementHandler } from './publish-statement/publish.handler';
import { GetNotificationsHandler } from './read-models/get-notifications/get-notifications.handler';
import { GetNotificationsRoute } from './read-models/get-notifications/get-notifications.route';
import { GetStatementsRoute } from './read-models/get-statements/get-statements.route';
import { ListPresentationsHandler } from './read-models/list-presentations/list-presentations.handler';
import { ListPresentationsRoute } from './read-models/list-presentations/list-presentations.route';
import { StoredStatements } from './read-models/statements.store';
import { RecordBounceHandler } from './record-bounce/record-bounce.handler';
import { RecordBounceRoute } from './record-bounce/record-bounce.route';
import { RecordPresentationHandler } from './record-presentation/record-presentation.handler';
import { RecordPresentationRoute } from './record-presentation/record-presentation.route';
import { Statements } from './statements';

/** The privacy statement. Global, since other contexts ask for the version in force, and know its contract alone. */
@Global()
@Module({
  imports: [DataSubjectsModule],
  controllers: [
    GetStatementsRoute,
    PublishStatementRoute,
    RecordPresentationRoute,
    ListPresentationsRoute,
    GetNotificationsRoute,
    RecordBounceRoute,
  ],
  providers: [
    { provide: Statements, useClass: StoredStatements },
    PublishStatementHandler,
    RecordPresentationHandler,
    ListPresentationsHandler,
    GetNotificationsHandler,
    RecordBounceHandler,
  ],
  exports: [Statements],
})
export class PrivacyNoticeModule {}
