import { IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Reads } from '@hjemmel/contexts/data-subjects/contract';
import { DataSource } from 'typeorm';
import { orderEntity } from '../get-order/get-order.handler';
import { summaryOf, summaryRequests } from '../order-view';
import { ListOrders, OrderPage } from './list-orders.query';

@QueryHandler(ListOrders)
export class ListOrdersHandler implements IQueryHandler<ListOrders> {
  constructor(
    private readonly dataSource: DataSource,
    private readonly reads: Reads,
  ) {}

  async execute({ page: { limit, behind, customer }, context }: ListOrders): Promise<OrderPage> {
    const query = this.dataSource
      .getRepository(orderEntity)
      .createQueryBuilder('o')
      .orderBy('o.placedAt', 'DESC')
      .addOrderBy('o.orderId', 'DESC')
      .limit(limit + 1);
    if (behind) query.andWhere('(o.placedAt, o.orderId) < (:placedAt, :orderId)', behind);
    if (customer !== undefined) query.andWhere('o.customer = :customer', { customer });
    const rows = await query.getMany();
    const shownRows = rows.slice(0, limit);
    const requests = shownRows.map(summaryRequests);
    const answers = await this.reads.open('ListOrders', requests.flat(), context);
    let next = 0;
    const items = shownRows.map((row, i) => summaryOf(row, answers.slice(next, (next += requests[i]!.length))));
    const last = shownRows.at(-1);
    return { items, next: rows.length > limit && last ? { placedAt: last.placedAt, orderId: last.orderId } : undefined };
  }
}
