import { IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { entityOf } from '@hjemmel/projections/entity';
import { DataSource } from 'typeorm';
import { Statements } from '../../statements';
import { unknownVersion } from '../../unknown-version';
import { notificationPlans, NotificationRow, statementContacts, statementNotifications } from '../notifications.read-model';
import { GetNotifications, NotificationOutcome, NotificationView } from './get-notifications.query';

export const notificationEntity = entityOf(statementNotifications);
export const notificationPlanEntity = entityOf(notificationPlans);
export const statementContactEntity = entityOf(statementContacts);

const outcomeOf: Readonly<Record<NotificationRow['status'], NotificationOutcome>> = {
  queued: 'pending',
  attempting: 'pending',
  retry: 'pending',
  sent: 'notified',
  'given-up': 'failed',
  withheld: 'withheld',
};

@QueryHandler(GetNotifications)
export class GetNotificationsHandler implements IQueryHandler<GetNotifications> {
  constructor(
    private readonly dataSource: DataSource,
    private readonly statements: Statements,
  ) {}

  async execute({ asked: { version, outcome, limit, behind } }: GetNotifications) {
    const statement = await this.statements.find(version);
    if (!statement) throw unknownVersion();
    const material = statement.classification?.kind === 'material';
    const plan = await this.dataSource.getRepository(notificationPlanEntity).findOneBy({ version });
    const affected = plan?.affected ?? (material ? await this.known(statement.position) : 0);
    const counts = await this.counts(version);
    const rows = await this.rows(version, outcome, limit, behind);
    const { notified, failed, withheld } = counts;
    return {
      version,
      material,
      planned: !material || plan !== null,
      affected,
      notified,
      // Who has no notification yet waits for one.
      pending: affected - notified - failed - withheld,
      failed,
      withheld,
      outstanding: affected - notified,
      complete: affected === notified,
      items: rows.slice(0, limit).map(viewOf),
      nextSubject: rows.length > limit ? rows[limit - 1]!.subjectId : undefined,
    };
  }

  private known(position: bigint): Promise<number> {
    return this.dataSource
      .getRepository(statementContactEntity)
      .createQueryBuilder('c')
      .where('c.position <= :position', { position: String(position) })
      .getCount();
  }

  private async counts(version: string): Promise<Record<NotificationOutcome, number>> {
    const rows = await this.dataSource
      .getRepository(notificationEntity)
      .createQueryBuilder('n')
      .select('n.status', 'status')
      .addSelect('count(*)::integer', 'count')
      .where('n.version = :version', { version })
      .groupBy('n.status')
      .getRawMany<{ status: NotificationRow['status']; count: number }>();
    const counts = { notified: 0, pending: 0, failed: 0, withheld: 0 };
    for (const { status, count } of rows) counts[outcomeOf[status]] += count;
    return counts;
  }

  private rows(version: string, outcome: NotificationOutcome | undefined, limit: number, behind = ''): Promise<NotificationRow[]> {
    const query = this.dataSource
      .getRepository(notificationEntity)
      .createQueryBuilder('n')
      .where('n.version = :version', { version })
      .andWhere('n.subjectId > :behind', { behind })
      .orderBy('n.subjectId')
      .limit(limit + 1);
    const statuses = Object.entries(outcomeOf).flatMap(([status, of]) => (of === outcome ? [status] : []));
    if (outcome !== undefined) query.andWhere('n.status IN (:...statuses)', { statuses });
    return query.getMany();
  }
}

const viewOf = (row: NotificationRow): NotificationView => ({
  subjectId: row.subjectId,
  outcome: outcomeOf[row.status],
  attempts: row.attempts,
  changedAt: row.changedAt,
  ...(row.dueAt !== null && { dueAt: row.dueAt }),
  ...(row.reason !== null && { reason: row.reason }),
  ...(row.legal !== null && { legal: row.legal }),
  ...(row.admission !== null && { admission: row.admission }),
});
