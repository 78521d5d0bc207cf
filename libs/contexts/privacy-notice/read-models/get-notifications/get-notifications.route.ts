import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Allow, Consistency, decodeCursor, encodeCursor, Omittable, PageQuery, SEMANTIC } from '@hjemmel/http';
import { IsIn } from 'class-validator';
import { PSEUDONYM } from '@hjemmel/kernel';
import { StatementParams } from '../../statement-params';
import { notificationPlans, statementContacts, statementNotifications } from '../notifications.read-model';
import type { NotificationOutcome } from './get-notifications.query';
import { GetNotifications, NotificationsView, outcomes } from './get-notifications.query';

export class NotificationsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: outcomes, description: 'Only these' })
  @Omittable()
  @IsIn(outcomes, SEMANTIC)
  outcome?: NotificationOutcome;
}

@ApiTags('privacy statement')
@ApiBearerAuth()
@Controller('privacy-statements')
export class GetNotificationsRoute {
  constructor(
    private readonly consistency: Consistency,
    private readonly queries: QueryBus,
  ) {}

  @Get(':version/notifications')
  @Allow('privacy-officer', 'auditor', 'admin')
  @ApiOperation({
    summary: 'Whether everybody whom a material version concerns was told: affected − notified, with what stands in the way (P-82)',
  })
  @ApiOkResponse({ type: NotificationsView })
  async notifications(
    @Param() { version }: StatementParams,
    @Query() { after, limit, cursor, outcome }: NotificationsQuery,
  ): Promise<NotificationsView> {
    const behind = decodeCursor(cursor, isSubject);
    const models = [statementContacts, statementNotifications, notificationPlans];
    await Promise.all(models.map(({ name }) => this.consistency.waitFor(name, after)));
    const { nextSubject, ...view } = await this.queries.execute(new GetNotifications({ version, outcome, limit, behind }));
    return { ...view, ...(nextSubject !== undefined && { next: encodeCursor(nextSubject) }) };
  }
}

const isSubject = (value: unknown): value is string => typeof value === 'string' && PSEUDONYM.test(value);
