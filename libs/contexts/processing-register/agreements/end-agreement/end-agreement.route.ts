import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey, NamesNobody } from '@hjemmel/http';
import { CustomerParams } from '../agreement-changed';
import { EndProcessingAgreement } from './end-agreement.command';

export class EndAgreementBody {
  @ApiProperty({ description: 'Why; holds no personal data' })
  @NamesNobody(500)
  reason!: string;
}

@ApiTags('processing agreements')
@ApiBearerAuth()
@Controller('processing-agreements')
export class EndAgreementRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post(':customer/ends')
  @Allow('privacy-officer', 'admin')
  @ApiOperation({ summary: 'End the agreement with a customer now (GDPR art. 28(3)(g)): nothing new is done for it' })
  end(@Param() { customer }: CustomerParams, @Body() body: EndAgreementBody, @IdempotencyKey() key: string, @CallerOf() caller: Caller) {
    return this.gateway.run({ caller, key, route: 'POST /processing-agreements/{customer}/ends', body: { customer, ...body } }, (context) =>
      this.commands.execute(new EndProcessingAgreement(customer, body.reason, context)),
    );
  }
}
