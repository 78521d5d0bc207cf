import { Injectable } from '@nestjs/common';
import type { Agreement } from '@hjemmel/admission';
import { entityOf } from '@hjemmel/projections/entity';
import { DataSource, MoreThan } from 'typeorm';
import { evolveAgreement } from '../agreements/state';
import type { Moment } from '../register-history';
import { AgreementRow, agreements } from './agreements.read-model';
import { by } from './as-of';

export const agreementEntity = entityOf(agreements);

/** The agreement as it stood at a moment; nothing where there was none yet. */
export const agreementAt = (moment: Moment, { changes }: Pick<AgreementRow, 'changes'>): Agreement | undefined =>
  changes
    .filter(({ at, position }) => by(moment, at, position))
    .reduce<Agreement | undefined>((state, { event }) => evolveAgreement(state, event), undefined);

/** Agreements with customers as they stood at any moment. */
@Injectable()
export class StoredAgreements {
  constructor(private readonly dataSource: DataSource) {}

  async find(customer: string, moment: Moment): Promise<Agreement | undefined> {
    const row = await this.dataSource.getRepository(agreementEntity).findOneBy({ customer });
    return row ? agreementAt(moment, row) : undefined;
  }

  /** By customer. */
  async page(moment: Moment, behind: string | undefined, limit: number): Promise<(readonly [string, Agreement | undefined])[]> {
    const rows = await this.dataSource.getRepository(agreementEntity).find({
      ...(behind !== undefined && { where: { customer: MoreThan(behind) } }),
      order: { customer: 'ASC' },
      take: limit,
    });
    return rows.map((row) => [row.customer, agreementAt(moment, row)]);
  }
}
