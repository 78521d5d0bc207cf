import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Allow, Consistency } from '@hjemmel/http';
import { systemClock } from '@hjemmel/kernel';
import { ActivityParams } from '../../change.body';
import { activityVersions } from '../activity-versions.read-model';
import { MomentQuery, momentOf } from '../moment.query';
import { retentionRuleVersions } from '../retention-rules.read-model';
import { ActivityView, ActivityWithHistory, GetActivity, GetRegister, ListRetentionRules, RetentionRuleView } from './get-register.query';

export class ActivityList {
  @ApiProperty({ type: [ActivityView] })
  items!: readonly ActivityView[];
}

export class RetentionRuleList {
  @ApiProperty({ type: [RetentionRuleView] })
  items!: readonly RetentionRuleView[];
}

@ApiTags('register of processing activities')
@ApiBearerAuth()
@Allow('case-worker', 'privacy-officer', 'auditor', 'admin')
@Controller()
export class GetRegisterRoute {
  constructor(
    private readonly consistency: Consistency,
    private readonly queries: QueryBus,
  ) {}

  @Get('processing-activities')
  @ApiOperation({ summary: 'The register of processing activities as of any moment, with what was retired by then' })
  @ApiOkResponse({ type: ActivityList })
  async register(@Query() query: MomentQuery): Promise<ActivityList> {
    const { moment } = momentOf(query, systemClock.now());
    await this.consistency.waitFor(activityVersions.name, query.after ?? query.position);
    return this.queries.execute(new GetRegister(moment));
  }

  @Get('processing-activities/:activityId')
  @ApiOperation({ summary: 'One processing activity as of any moment, and all its versions with their approvals and confirmations' })
  @ApiOkResponse({ type: ActivityWithHistory })
  async one(@Param() { activityId }: ActivityParams, @Query() query: MomentQuery): Promise<ActivityWithHistory> {
    const { moment } = momentOf(query, systemClock.now());
    await this.consistency.waitFor(activityVersions.name, query.after ?? query.position);
    return this.queries.execute(new GetActivity(activityId, moment));
  }

  @Get('retention-rules')
  @ApiOperation({ summary: 'How long data is kept: the retention rules as of any moment' })
  @ApiOkResponse({ type: RetentionRuleList })
  async rules(@Query() query: MomentQuery): Promise<RetentionRuleList> {
    const { moment } = momentOf(query, systemClock.now());
    await this.consistency.waitFor(retentionRuleVersions.name, query.after ?? query.position);
    return this.queries.execute(new ListRetentionRules(moment));
  }
}
