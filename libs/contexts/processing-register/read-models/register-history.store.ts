import { Injectable } from '@nestjs/common';
import { entityOf } from '@hjemmel/projections/entity';
import { DataSource, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { ActivityAt, byRecordOrder, Moment, RegisterHistory, RetentionRuleAt } from '../register-history';
import { activityVersions, ActivityVersionRow } from './activity-versions.read-model';
import { activityAt, retentionRuleAt } from './as-of';
import { retentionRuleVersions } from './retention-rules.read-model';

export const activityVersionEntity = entityOf(activityVersions);
export const retentionRuleEntity = entityOf(retentionRuleVersions);

/** Answers from the rows of versions: one of each activity stood at any moment. */
@Injectable()
export class StoredRegisterHistory extends RegisterHistory {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  async activitiesAt(moment: Moment): Promise<readonly ActivityAt[]> {
    const rows = await standing(this.dataSource.getRepository(activityVersionEntity).createQueryBuilder('v'), moment).getMany();
    return rows.map((row) => activityAt(moment, row)).sort(byRecordOrder);
  }

  async retentionRulesAt(moment: Moment): Promise<readonly RetentionRuleAt[]> {
    const rows = await standing(this.dataSource.getRepository(retentionRuleEntity).createQueryBuilder('v'), moment)
      .orderBy('v.ruleId')
      .getMany();
    return rows.map((row) => retentionRuleAt(moment, row));
  }

  /** All versions of one activity, oldest first. */
  versionsOf(activityId: string): Promise<ActivityVersionRow[]> {
    return this.dataSource.getRepository(activityVersionEntity).find({ where: { activityId }, order: { version: 'ASC' } });
  }
}

const standing = <Row extends ObjectLiteral>(query: SelectQueryBuilder<Row>, moment: Moment): SelectQueryBuilder<Row> =>
  'position' in moment
    ? query.where('v.fromPosition <= :at', { at: String(moment.position) }).andWhere('(v.untilPosition IS NULL OR v.untilPosition > :at)')
    : query.where('v.validFrom <= :at', { at: moment.instant }).andWhere('(v.validUntil IS NULL OR v.validUntil > :at)');
