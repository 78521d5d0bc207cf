import { IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Problem } from '@hjemmel/kernel';
import { entityOf } from '@hjemmel/projections/entity';
import { DataSource } from 'typeorm';
import { RetentionRunRow, retentionRuns } from '../retention-runs.read-model';
import { GetRetentionRun, ListRetentionRuns, RunPage } from './list-runs.query';

export const retentionRunEntity = entityOf(retentionRuns);

@QueryHandler(ListRetentionRuns)
export class ListRetentionRunsHandler implements IQueryHandler<ListRetentionRuns> {
  constructor(private readonly dataSource: DataSource) {}

  async execute({ page: { limit, behind } }: ListRetentionRuns): Promise<RunPage> {
    const query = this.dataSource
      .getRepository(retentionRunEntity)
      .createQueryBuilder('r')
      .orderBy('r.since', 'DESC')
      .addOrderBy('r.runId', 'DESC')
      .limit(limit + 1);
    if (behind) query.andWhere('(r.since, r.runId) < (:since, :runId)', behind);
    const rows = await query.getMany();
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items, next: rows.length > limit && last ? { since: last.since, runId: last.runId } : undefined };
  }
}

@QueryHandler(GetRetentionRun)
export class GetRetentionRunHandler implements IQueryHandler<GetRetentionRun> {
  constructor(private readonly dataSource: DataSource) {}

  async execute({ runId }: GetRetentionRun): Promise<RetentionRunRow> {
    const row = await this.dataSource.getRepository(retentionRunEntity).findOneBy({ runId });
    if (row) return row;
    throw new Problem({ type: '/problems/no-such-run', title: 'No such run of the retention', status: 404, rule: 'no-such-run' });
  }
}
