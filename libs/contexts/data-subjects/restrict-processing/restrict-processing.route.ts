import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey } from '@hjemmel/http';
import { IsIn } from 'class-validator';
import type { RestrictionGround } from '../events';
import { restrictionGrounds } from '../events';
import { Received } from '../received';
import { SubjectParams } from '../subject-params';
import { RestrictProcessing } from './restrict-processing.command';

export class RestrictProcessingBody extends Received {
  @ApiProperty({ enum: restrictionGrounds, description: 'GDPR art. 18(1)(a)–(d)' })
  @IsIn(restrictionGrounds)
  ground!: RestrictionGround;
}

@ApiTags('data subjects')
@ApiBearerAuth()
@Controller('data-subjects')
export class RestrictProcessingRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post(':subjectId/restrictions')
  @Allow('service', 'case-worker', 'privacy-officer')
  @ApiOperation({ summary: 'Restrict the processing of a person’s data (GDPR art. 18): only storing is left' })
  restrict(
    @Param() { subjectId }: SubjectParams,
    @Body() body: RestrictProcessingBody,
    @IdempotencyKey() key: string,
    @CallerOf() caller: Caller,
  ) {
    return this.gateway.run({ caller, key, route: 'POST /data-subjects/{id}/restrictions', body: { subjectId, ...body } }, (context) =>
      this.commands.execute(
        new RestrictProcessing(subjectId, { ground: body.ground, channel: body.channel, receivedAt: body.instant(context.now) }, context),
      ),
    );
  }
}
