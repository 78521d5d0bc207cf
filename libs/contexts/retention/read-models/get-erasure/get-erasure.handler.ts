import { IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { ErasureView, viewOf } from '../erasure-view';
import { erasureEntity } from '../list-erasures/list-erasures.handler';
import { noSuchErasure } from '../no-such-erasure';
import { GetErasure } from './get-erasure.query';

@QueryHandler(GetErasure)
export class GetErasureHandler implements IQueryHandler<GetErasure> {
  constructor(private readonly dataSource: DataSource) {}

  async execute({ erasureId }: GetErasure): Promise<ErasureView> {
    const row = await this.dataSource.getRepository(erasureEntity).findOneBy({ id: erasureId });
    if (!row) throw noSuchErasure();
    return viewOf(row);
  }
}
