import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey, Omittable, PlainText } from '@hjemmel/http';
import { IsBoolean } from 'class-validator';
import { PreparedWithReason, RuleParams } from '../change.body';
import { SetRule } from './set-retention-rule.command';

export class SetRetentionRuleBody extends PreparedWithReason {
  @ApiProperty({ example: 'contract-ended', description: 'What starts the period' })
  @PlainText(60)
  trigger!: string;

  @ApiPropertyOptional({
    example: 'P3Y',
    description: 'ISO 8601 duration of years, months, weeks and days; absent where the trigger ends the keeping',
  })
  @Omittable()
  @PlainText(20)
  length?: string;

  @ApiProperty({ example: 'foreldelsesloven' })
  @PlainText(200)
  basis!: string;

  @ApiPropertyOptional()
  @Omittable()
  @PlainText(500)
  note?: string;

  @ApiProperty({ description: 'False where the length is assumed and waits for a confirmation' })
  @IsBoolean()
  confirmed!: boolean;
}

@ApiTags('register of processing activities')
@ApiBearerAuth()
@Controller('retention-rules')
export class SetRetentionRuleRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post(':ruleId/versions')
  @Allow('privacy-officer', 'admin')
  @ApiOperation({ summary: 'Set a retention rule, or set it anew as its next version; the caller approves what somebody else prepared' })
  set(@Param() { ruleId }: RuleParams, @Body() body: SetRetentionRuleBody, @IdempotencyKey() key: string, @CallerOf() caller: Caller) {
    const { reason, proposedBy, ...rule } = body;
    const route = 'POST /retention-rules/{id}/versions';
    return this.gateway.run({ caller, key, route, body: { ruleId, ...body } }, (context) =>
      this.commands.execute(new SetRule(ruleId, { rule, reason, proposedBy }, context)),
    );
  }
}
