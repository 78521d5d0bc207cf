import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey } from '@hjemmel/http';
import { Problem } from '@hjemmel/kernel';
import { PlaceOrderBody } from './place-order.body';
import { PlaceOrder } from './place-order.command';

@ApiTags('orders')
@ApiBearerAuth()
@Controller('orders')
export class PlaceOrderRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
  ) {}

  @Post()
  @Allow('service', 'case-worker')
  @ApiOperation({ summary: 'Place an order; every use of personal data in it is admitted first, or all of it is refused by line' })
  place(@Body() order: PlaceOrderBody, @IdempotencyKey() key: string, @CallerOf() caller: Caller) {
    const { commandId, ...body } = order;
    if (commandId !== undefined && commandId !== key) {
      throw new Problem({
        type: '/problems/invalid-values',
        title: 'Some values are not valid',
        status: 422,
        errors: [{ pointer: '/commandId', rule: 'not-the-idempotency-key', detail: 'is not the Idempotency-Key of the request' }],
      });
    }
    return this.gateway.run({ caller, key, route: 'POST /orders', body }, (context) =>
      this.commands.execute(new PlaceOrder(order, context)),
    );
  }
}
