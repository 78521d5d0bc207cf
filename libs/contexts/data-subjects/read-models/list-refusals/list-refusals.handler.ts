import { IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { entityOf } from '@hjemmel/projections/entity';
import { DataSource } from 'typeorm';
import { refusals } from '../refusals.read-model';
import { ListRefusals, RefusalPage } from './list-refusals.query';

export const refusalEntity = entityOf(refusals);

@QueryHandler(ListRefusals)
export class ListRefusalsHandler implements IQueryHandler<ListRefusals> {
  constructor(private readonly dataSource: DataSource) {}

  async execute({ page: { limit, behind, subjectId } }: ListRefusals): Promise<RefusalPage> {
    // Several refusals of one append have positions of their own, so that a position alone orders the list.
    const query = this.dataSource
      .getRepository(refusalEntity)
      .createQueryBuilder('r')
      .orderBy('r.position', 'DESC')
      .limit(limit + 1);
    if (behind !== undefined) query.andWhere('r.position < :behind', { behind: String(behind) });
    if (subjectId !== undefined) query.andWhere('r.subjectId = :subjectId', { subjectId });
    const rows = await query.getMany();
    const items = rows.slice(0, limit);
    return { items, next: rows.length > limit ? items.at(-1)?.position : undefined };
  }
}
