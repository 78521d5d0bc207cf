import { IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { entityOf } from '@hjemmel/projections/entity';
import { DataSource } from 'typeorm';
import { rightsRequestsModel } from '../rights-requests.read-model';
import { ListRightsRequests, RightsRequestPage } from './list-rights-requests.query';

export const rightsRequestEntity = entityOf(rightsRequestsModel);

@QueryHandler(ListRightsRequests)
export class ListRightsRequestsHandler implements IQueryHandler<ListRightsRequests> {
  constructor(private readonly dataSource: DataSource) {}

  async execute({ page: { limit, behind } }: ListRightsRequests): Promise<RightsRequestPage> {
    const query = this.dataSource
      .getRepository(rightsRequestEntity)
      .createQueryBuilder('r')
      .orderBy('r.due', 'ASC')
      .addOrderBy('r.requestId', 'ASC')
      .limit(limit + 1);
    if (behind) query.andWhere('(r.due, r.requestId) > (:due, :requestId)', behind);
    const rows = await query.getMany();
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items, next: rows.length > limit && last ? { due: last.due, requestId: last.requestId } : undefined };
  }
}
