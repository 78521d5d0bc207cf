import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { PurposeCode } from '@hjemmel/contexts/processing-register/contract';
import { purposes } from '@hjemmel/contexts/processing-register/contract';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey } from '@hjemmel/http';
import { IsIn } from 'class-validator';
import type { ObjectionKind } from '../events';
import { objectionKinds } from '../events';
import { Received } from '../received';
import { SubjectParams } from '../subject-params';
import { ReceiveObjection } from './receive-objection.command';

export class ObjectionBody extends Received {
  @ApiProperty({
    enum: objectionKinds,
    description: 'On grounds of the person’s situation (GDPR art. 21(1)), or against direct marketing (21(2))',
  })
  @IsIn(objectionKinds)
  kind!: ObjectionKind;

  @ApiProperty({ enum: purposes, description: 'What the person does not want their data to be used for' })
  @IsIn(purposes)
  purpose!: PurposeCode;
}

@ApiTags('data subjects')
@ApiBearerAuth()
@Controller('data-subjects')
export class ReceiveObjectionRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post(':subjectId/objections')
  @Allow('service', 'case-worker', 'privacy-officer')
  @ApiOperation({ summary: 'Record a person’s objection (GDPR art. 21): it takes effect at once, and against direct marketing for good' })
  receive(@Param() { subjectId }: SubjectParams, @Body() body: ObjectionBody, @IdempotencyKey() key: string, @CallerOf() caller: Caller) {
    const { kind, purpose, channel } = body;
    return this.gateway.run({ caller, key, route: 'POST /data-subjects/{id}/objections', body: { subjectId, ...body } }, (context) =>
      this.commands.execute(new ReceiveObjection(subjectId, { kind, purpose, channel, receivedAt: body.instant(context.now) }, context)),
    );
  }
}
