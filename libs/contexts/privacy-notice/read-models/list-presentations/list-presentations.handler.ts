import { IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { entityOf } from '@hjemmel/projections/entity';
import { DataSource } from 'typeorm';
import { presentations } from '../presentations.read-model';
import { ListPresentations } from './list-presentations.query';

export const presentationEntity = entityOf(presentations);

@QueryHandler(ListPresentations)
export class ListPresentationsHandler implements IQueryHandler<ListPresentations> {
  constructor(private readonly dataSource: DataSource) {}

  async execute({ asked: { version, subjectId, limit, behind } }: ListPresentations) {
    const query = this.dataSource
      .getRepository(presentationEntity)
      .createQueryBuilder('p')
      .where('p.version = :version', { version })
      .orderBy('p.position', 'DESC')
      .limit(limit + 1);
    if (subjectId !== undefined) query.andWhere('p.subjectId = :subjectId', { subjectId });
    if (behind !== undefined) query.andWhere('p.position < :behind', { behind: String(behind) });
    const rows = await query.getMany();
    const items = rows.slice(0, limit);
    return { items, next: rows.length > limit ? items.at(-1)?.position : undefined };
  }
}
