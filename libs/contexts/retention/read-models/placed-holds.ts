import { Injectable } from '@nestjs/common';
import { entityOf } from '@hjemmel/projections/entity';
import { DataSource } from 'typeorm';
import type { HoldTarget } from '../holds/events';
import { legalHoldsModel } from './legal-holds.read-model';

export const legalHoldEntity = entityOf(legalHoldsModel);

/** Which stream a hold stands in; whether it is active is decided there. */
@Injectable()
export class PlacedHolds {
  constructor(private readonly dataSource: DataSource) {}

  async targetOf(holdId: string): Promise<HoldTarget | undefined> {
    const row = await this.dataSource.getRepository(legalHoldEntity).findOneBy({ id: holdId });
    if (!row) return undefined;
    return row.subjectId !== null ? { subjectId: row.subjectId } : { customer: row.customer! };
  }
}
