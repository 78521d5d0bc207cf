import { IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { entityOf } from '@hjemmel/projections/entity';
import { DataSource } from 'typeorm';
import { erasures } from '../erasures.read-model';
import { ErasurePage, ListErasures } from './list-erasures.query';

export const erasureEntity = entityOf(erasures);

@QueryHandler(ListErasures)
export class ListErasuresHandler implements IQueryHandler<ListErasures> {
  constructor(private readonly dataSource: DataSource) {}

  async execute({ status, page: { limit, behind } }: ListErasures): Promise<ErasurePage> {
    const query = this.dataSource
      .getRepository(erasureEntity)
      .createQueryBuilder('e')
      .orderBy('e.position', 'DESC')
      .limit(limit + 1);
    if (status) query.andWhere('e.status = :status', { status });
    if (behind !== undefined) query.andWhere('e.position < :behind', { behind });
    const rows = await query.getMany();
    const items = rows.slice(0, limit);
    return { items, next: rows.length > limit ? String(items.at(-1)!.position) : undefined };
  }
}
