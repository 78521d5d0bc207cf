import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Received, SubjectParams } from '@hjemmel/contexts/data-subjects/contract';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey, NamesNobody } from '@hjemmel/http';
import { IsIn } from 'class-validator';
import { erasureGrounds } from '../events';
import { RequestErasure } from './request-erasure.command';

export class RequestErasureBody extends Received {
  @ApiProperty({ enum: erasureGrounds, description: 'GDPR art. 17(1)(a)–(f)' })
  @IsIn(erasureGrounds)
  ground!: (typeof erasureGrounds)[number];

  @ApiProperty({
    example: 'archive 2026/417',
    description: 'Where the request is kept; for a person whom a customer is the controller of, the customer’s instruction. Names nobody',
  })
  @NamesNobody(200)
  reference!: string;
}

@ApiTags('erasures')
@ApiBearerAuth()
@Controller('data-subjects')
export class RequestErasureRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post(':subjectId/erasures')
  @Allow('case-worker', 'privacy-officer')
  @ApiOperation({
    summary: 'Decide on a person’s request to have their data erased (GDPR art. 17)',
    description: 'The answer says for each part whether it is erased, or kept for the time being, on which ground and until when.',
  })
  request(
    @Param() { subjectId }: SubjectParams,
    @Body() body: RequestErasureBody,
    @IdempotencyKey() key: string,
    @CallerOf() caller: Caller,
  ) {
    return this.gateway.run({ caller, key, route: 'POST /data-subjects/{id}/erasures', body: { subjectId, ...body } }, (context) => {
      const { ground, channel, reference: document } = body;
      const request = { ground, channel, receivedAt: body.instant(context.now).toISOString(), document };
      return this.commands.execute(new RequestErasure(subjectId, request, context));
    });
  }
}
