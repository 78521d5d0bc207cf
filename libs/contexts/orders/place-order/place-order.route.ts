import { Body, Controller, Inject, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, CommandGateway, IdempotencyKey, refuseFaults } from '@hjemmel/http';
import { Fault, systemClock } from '@hjemmel/kernel';
import type { NationalIds } from '../settings';
import { NATIONAL_IDS } from '../settings';
import { faultsOf } from './check-order';
import { PlaceOrderBody } from './place-order.body';
import { PlaceOrder } from './place-order.command';

@ApiTags('orders')
@ApiBearerAuth()
@Controller('orders')
export class PlaceOrderRoute {
  constructor(
    private readonly gateway: CommandGateway,
    private readonly commands: CommandBus,
    @Inject(NATIONAL_IDS) private readonly nationalIds: NationalIds,
  ) {}

  @Post()
  @Allow('service', 'case-worker')
  @ApiOperation({ summary: 'Place an order; every use of personal data in it is admitted first, or all of it is refused by line' })
  place(@Body() order: PlaceOrderBody, @IdempotencyKey() key: string, @CallerOf() caller: Caller) {
    const { commandId, ...body } = order;
    const keyFaults = commandId === undefined || commandId === key ? [] : [notTheKey];
    refuseFaults(order, [...keyFaults, ...faultsOf(order, { ...this.nationalIds, on: systemClock.now() })]);
    return this.gateway.run({ caller, key, route: 'POST /orders', body }, (context) =>
      this.commands.execute(new PlaceOrder(order, context)),
    );
  }
}

const notTheKey: Fault = { pointer: '/commandId', rule: 'not-the-idempotency-key', detail: 'is not the Idempotency-Key of the request' };
