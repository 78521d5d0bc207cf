import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { freshContext } from '@hjemmel/event-store';
import type { Caller } from '@hjemmel/http';
import { Allow, CallerOf, Consistency, decodeCursor, encodeCursor, Omittable, PageQuery } from '@hjemmel/http';
import { isUUID, Matches } from 'class-validator';
import { CUSTOMER } from '@hjemmel/kernel';
import { OrderSummary } from '../order-view';
import { orders } from '../orders.read-model';
import { ListOrders, OrderPlace } from './list-orders.query';

export class ListOrdersQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only orders of this customer: organisation number, or pseudonym of a sole trader' })
  @Omittable()
  @Matches(CUSTOMER, { message: 'must name a customer' })
  customer?: string;
}

export class OrderList {
  @ApiProperty({ type: [OrderSummary] })
  items!: readonly OrderSummary[];

  @ApiPropertyOptional({ description: 'Cursor of the next page; absent on the last' })
  next?: string;
}

@ApiTags('orders')
@ApiBearerAuth()
@Controller('orders')
export class ListOrdersRoute {
  constructor(
    private readonly consistency: Consistency,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Allow('case-worker', 'privacy-officer')
  @ApiOperation({ summary: 'Orders, newest first; the names on the page are opened under an admission and with one record for the page' })
  @ApiOkResponse({ type: OrderList })
  async list(@Query() { after, limit, cursor, customer }: ListOrdersQuery, @CallerOf() caller: Caller): Promise<OrderList> {
    const behind = decodeCursor(cursor, isPlace);
    await this.consistency.waitFor(orders.name, after);
    const { items, next } = await this.queries.execute(new ListOrders({ limit, behind, customer }, freshContext(caller.actor)));
    return { items, ...(next && { next: encodeCursor({ ...next }) }) };
  }
}

/** What Postgres would not take as a value is no place in the list either. */
export const isPlace = (value: unknown): value is OrderPlace & { readonly [key: string]: string } =>
  typeof value === 'object' &&
  value !== null &&
  'placedAt' in value &&
  typeof value.placedAt === 'string' &&
  isPlacedAt(value.placedAt) &&
  'orderId' in value &&
  isUUID(value.orderId);

function isPlacedAt(text: string): boolean {
  const instant = Date.parse(text);
  return !Number.isNaN(instant) && new Date(instant).toISOString() === text && /^(?!0000)\d{4}-/.test(text);
}
