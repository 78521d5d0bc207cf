import { Injectable } from '@nestjs/common';
import { entityOf } from '@hjemmel/projections/entity';
import { DataSource, LessThanOrEqual } from 'typeorm';
import { Statements, StatementVersion } from '../statements';
import { statementVersions } from './statement-versions.read-model';

export const statementVersionEntity = entityOf(statementVersions);

@Injectable()
export class StoredStatements extends Statements {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  all(): Promise<readonly StatementVersion[]> {
    return this.table().find({ order: { effectiveFrom: 'ASC', position: 'ASC' } });
  }

  async find(version: string): Promise<StatementVersion | undefined> {
    return (await this.table().findOneBy({ version })) ?? undefined;
  }

  async inForceAt(instant: Date): Promise<StatementVersion | undefined> {
    const [row] = await this.table().find({
      where: { effectiveFrom: LessThanOrEqual(instant.toISOString()) },
      order: { effectiveFrom: 'DESC', position: 'DESC' },
      take: 1,
    });
    return row;
  }

  private table() {
    return this.dataSource.getRepository(statementVersionEntity);
  }
}
