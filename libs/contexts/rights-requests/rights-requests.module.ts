import { Module } from '@nestjs/common';
import { DataSubjectsModule } from '@hjemmel/contexts/data-subjects/contract';
import { ListRightsRequestsHandler } from './read-models/list-rights-requests/list-rights-requests.handler';
import { ListRightsRequestsRoute } from './read-models/list-rights-requests/list-rights-requests.route';
import { RequestAccessHandler } from './request-access/request-access.handler';
import { RequestAccessRoute } from './request-access/request-access.route';

@Module({
  imports: [DataSubjectsModule],
  controllers: [RequestAccessRoute, ListRightsRequestsRoute],
  providers: [RequestAccessHandler, ListRightsRequestsHandler],
})
export class RightsRequestsModule {}
