import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey } from '@hjemmel/http';
import { Problem } from '@hjemmel/kernel';
import { SubjectParams } from '../subject-params';
import { AdmitUseBody, useOf } from './admit-use.body';
import { AdmitUse } from './admit-use.command';

@ApiTags('data subjects')
@ApiBearerAuth()
@Controller('data-subjects')
export class AdmitUseRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post(':subjectId/uses')
  @Allow('service', 'privacy-officer')
  @ApiOperation({
    summary: 'Ask to use a person’s data: admitted with its full ground, or refused with rule and article; both are on record',
  })
  admit(@Param() { subjectId }: SubjectParams, @Body() body: AdmitUseBody, @IdempotencyKey() key: string, @CallerOf() caller: Caller) {
    // A restriction would be none if whoever it stops could say that it does not hold for them.
    if (body.exception && caller.actor.role !== 'privacy-officer') throw exceptionNotYours();
    return this.gateway.run({ caller, key, route: 'POST /data-subjects/{id}/uses', body: { subjectId, ...body } }, (context) =>
      this.commands.execute(new AdmitUse(subjectId, useOf(body), context)),
    );
  }
}

const exceptionNotYours = (): Problem =>
  new Problem({
    type: '/problems/exception-not-yours',
    title: 'Only the privacy officer states an exception from a restriction',
    status: 403,
    rule: 'exception-not-yours',
    legal: 'GDPR art. 18(2), 24(1)',
  });
