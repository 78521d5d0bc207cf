import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { CUSTOMER } from '@hjemmel/kernel';
import { Allow, CallerOf, CommandGateway, IdempotencyKey, Instant, Omittable } from '@hjemmel/http';
import { Matches } from 'class-validator';
import { pastInstant } from '../received';
import { customerMessage, SubjectParams } from '../subject-params';
import { EndRelation } from './end-relation.command';

export class RelationEndBody {
  @ApiProperty({ example: '334115739', description: 'Customer: organisation number, or enk- and the pseudonym of a sole trader' })
  @Matches(CUSTOMER, { message: customerMessage })
  customer!: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'When it ended, with its offset; now where absent' })
  @Omittable()
  @Instant()
  endedAt?: string;
}

@ApiTags('data subjects')
@ApiBearerAuth()
@Controller('data-subjects')
export class EndRelationRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post(':subjectId/relation-ends')
  @Allow('service', 'case-worker', 'privacy-officer')
  @ApiOperation({ summary: 'Record that a person has nothing more to do with a customer: nothing new is done on the ground of it' })
  end(@Param() { subjectId }: SubjectParams, @Body() body: RelationEndBody, @IdempotencyKey() key: string, @CallerOf() caller: Caller) {
    return this.gateway.run({ caller, key, route: 'POST /data-subjects/{id}/relation-ends', body: { subjectId, ...body } }, (context) => {
      const ended = { customer: body.customer, endedAt: pastInstant(body.endedAt, '/endedAt', context.now) };
      return this.commands.execute(new EndRelation(subjectId, ended, context));
    });
  }
}
