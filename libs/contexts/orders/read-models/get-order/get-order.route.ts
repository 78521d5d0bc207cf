import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { freshContext } from '@hjemmel/event-store';
import type { Caller } from '@hjemmel/http';
import { AfterQuery, Allow, CallerOf, Consistency } from '@hjemmel/http';
import { IsUUID } from 'class-validator';
import { OrderView } from '../order-view';
import { orders } from '../orders.read-model';
import { GetOrder } from './get-order.query';

export class OrderParams {
  @ApiProperty({ format: 'uuid' })
  @IsUUID(undefined, { message: 'must be a UUID' })
  orderId!: string;
}

@ApiTags('orders')
@ApiBearerAuth()
@Controller('orders')
export class GetOrderRoute {
  constructor(
    private readonly consistency: Consistency,
    private readonly queries: QueryBus,
  ) {}

  @Get(':orderId')
  @Allow('case-worker', 'privacy-officer')
  @ApiOperation({ summary: 'One order; opening its personal fields is admitted person by person and goes on record' })
  @ApiOkResponse({ type: OrderView })
  async get(@Param() { orderId }: OrderParams, @Query() { after }: AfterQuery, @CallerOf() caller: Caller) {
    await this.consistency.waitFor(orders.name, after);
    return this.queries.execute(new GetOrder(orderId, freshContext(caller.actor)));
  }
}
