import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey } from '@hjemmel/http';
import { ConfirmedBody, RuleParams } from '../change.body';
import { ConfirmRule } from './confirm-retention-rule.command';

@ApiTags('register of processing activities')
@ApiBearerAuth()
@Controller('retention-rules')
export class ConfirmRetentionRuleRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post(':ruleId/confirmation')
  @Allow('privacy-officer', 'admin')
  @ApiOperation({ summary: 'Confirm a retention rule whose length was assumed: once, with a reason and a document that says so' })
  confirm(@Param() { ruleId }: RuleParams, @Body() body: ConfirmedBody, @IdempotencyKey() key: string, @CallerOf() caller: Caller) {
    const route = 'POST /retention-rules/{id}/confirmation';
    return this.gateway.run({ caller, key, route, body: { ruleId, ...body } }, (context) =>
      this.commands.execute(new ConfirmRule(ruleId, { ...body }, context)),
    );
  }
}
