import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Received } from '@hjemmel/contexts/data-subjects/contract';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey } from '@hjemmel/http';
import { IsIn, Matches } from 'class-validator';
import { PSEUDONYM } from '@hjemmel/kernel';
import { RequestAccess } from './request-access.command';

const rights = ['access'] as const;

export class RightsRequestBody extends Received {
  @ApiProperty({ enum: rights, description: 'Which right is exercised' })
  @IsIn(rights)
  right!: (typeof rights)[number];

  @ApiProperty({ description: 'Pseudonym of the data subject, 32 hex digits' })
  @Matches(PSEUDONYM, { message: 'must be a pseudonym of 32 hex digits' })
  subjectId!: string;
}

@ApiTags('rights requests')
@ApiBearerAuth()
@Controller('rights-requests')
export class RequestAccessRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post()
  @Allow('service', 'case-worker', 'privacy-officer')
  @ApiOperation({ summary: 'Record that a person asks for access to their data (GDPR art. 15); the clock runs from the moment of receipt' })
  receive(@Body() body: RightsRequestBody, @IdempotencyKey() key: string, @CallerOf() caller: Caller) {
    return this.gateway.run({ caller, key, route: 'POST /rights-requests', body }, (context) =>
      this.commands.execute(new RequestAccess(body.subjectId, { channel: body.channel, at: body.instant(context.now) }, context)),
    );
  }
}
