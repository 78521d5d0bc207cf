import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { CUSTOMER } from '@hjemmel/kernel';
import { Allow, CallerOf, CommandGateway, IdempotencyKey, Instant, Omittable } from '@hjemmel/http';
import { Matches } from 'class-validator';
import { pastInstant } from '../received';
import { customerMessage, SubjectParams } from '../subject-params';
import { BeginRetentionPeriod } from './begin-retention-period.command';

export class RetentionPeriodBody {
  @ApiProperty({ example: 'contract-ended', description: 'What happened: the trigger of a retention rule, see GET /retention-rules' })
  @Matches(/^[a-z][a-z0-9-]{0,59}$/, { message: 'must be the trigger of a retention rule' })
  trigger!: string;

  @ApiPropertyOptional({ example: '334115739', description: 'Towards which customer; towards all where absent' })
  @Omittable()
  @Matches(CUSTOMER, { message: customerMessage })
  customer?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'When it happened, with its offset; now where absent' })
  @Omittable()
  @Instant()
  since?: string;
}

@ApiTags('data subjects')
@ApiBearerAuth()
@Controller('data-subjects')
export class BeginRetentionPeriodRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post(':subjectId/retention-periods')
  @Allow('service', 'case-worker', 'privacy-officer')
  @ApiOperation({ summary: 'Record that something happened from which the time to keep a person’s data counts (GDPR art. 5(1)(e))' })
  begin(
    @Param() { subjectId }: SubjectParams,
    @Body() body: RetentionPeriodBody,
    @IdempotencyKey() key: string,
    @CallerOf() caller: Caller,
  ) {
    const { trigger, customer } = body;
    const route = 'POST /data-subjects/{id}/retention-periods';
    return this.gateway.run({ caller, key, route, body: { subjectId, ...body } }, (context) => {
      const since = pastInstant(body.since, '/since', context.now);
      const period = { trigger, ...(customer !== undefined && { customer }), since };
      return this.commands.execute(new BeginRetentionPeriod(subjectId, period, context));
    });
  }
}
