import { Module } from '@nestjs/common';
import { ListDueHandler } from '../read-models/list-due/list-due.handler';
import { ListDueRoute } from '../read-models/list-due/list-due.route';
import { GetRetentionRunHandler, ListRetentionRunsHandler } from '../read-models/list-runs/list-runs.handler';
import { ListRunsRoute } from '../read-models/list-runs/list-runs.route';
import { RequestRunHandler } from './request-run/request-run.handler';
import { RequestRunRoute } from './request-run/request-run.route';

/** What is over, and the runs that let it go. The worker makes them; here they are asked for and shown. */
@Module({
  controllers: [RequestRunRoute, ListRunsRoute, ListDueRoute],
  providers: [RequestRunHandler, ListRetentionRunsHandler, GetRetentionRunHandler, ListDueHandler],
})
export class RetentionRunsModule {}
