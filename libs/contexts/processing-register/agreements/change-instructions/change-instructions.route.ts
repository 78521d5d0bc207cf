import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey, NamesNobody } from '@hjemmel/http';
import { CustomerParams } from '../agreement-changed';
import { ActivitiesBody } from '../conclude-agreement/conclude-agreement.route';
import { ChangeInstructions } from './change-instructions.command';

export class InstructionBody extends ActivitiesBody {
  @ApiProperty({ example: 'e-mail of 2026-11-24, archive 2026/417', description: 'Where the instruction is written down; names nobody' })
  @NamesNobody(300)
  document!: string;
}

@ApiTags('processing agreements')
@ApiBearerAuth()
@Controller('processing-agreements')
export class ChangeInstructionsRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post(':customer/instructions')
  @Allow('privacy-officer', 'case-worker', 'admin')
  @ApiOperation({ summary: 'Record a documented instruction of the customer (GDPR art. 28(3)(a))' })
  give(@Param() { customer }: CustomerParams, @Body() body: InstructionBody, @IdempotencyKey() key: string, @CallerOf() caller: Caller) {
    return this.gateway.run(
      { caller, key, route: 'POST /processing-agreements/{customer}/instructions', body: { customer, ...body } },
      (context) => this.commands.execute(new ChangeInstructions(customer, { what: 'give', ...body }, context)),
    );
  }

  @Post(':customer/instruction-withdrawals')
  @Allow('privacy-officer', 'case-worker', 'admin')
  @ApiOperation({ summary: 'Record that the customer withdrew an instruction: from now on what is there is only stored' })
  withdraw(
    @Param() { customer }: CustomerParams,
    @Body() body: InstructionBody,
    @IdempotencyKey() key: string,
    @CallerOf() caller: Caller,
  ) {
    return this.gateway.run(
      { caller, key, route: 'POST /processing-agreements/{customer}/instruction-withdrawals', body: { customer, ...body } },
      (context) => this.commands.execute(new ChangeInstructions(customer, { what: 'withdraw', ...body }, context)),
    );
  }
}
