import { IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { DuePage, DueRow, DueState, ListDue } from './list-due.query';

interface StoredRow extends Omit<DueRow, 'overAt'> {
  readonly overAt: Date | null;
}

@QueryHandler(ListDue)
export class ListDueHandler implements IQueryHandler<ListDue> {
  constructor(private readonly dataSource: DataSource) {}

  async execute({ at, state, page: { limit, behind } }: ListDue): Promise<DuePage> {
    const [rows, looked] = await Promise.all([
      isEndless(state) ? this.endless(state, behind, limit + 1) : this.over(at, state, behind, limit + 1),
      this.dataSource.query<{ up_to: string }[]>('SELECT up_to FROM retention.looked'),
    ]);
    const items = rows.slice(0, limit).map(({ overAt, ...row }): DueRow => ({ ...row, overAt: (overAt ?? new Date(0)).toISOString() }));
    const last = items.at(-1);
    return {
      items,
      next:
        rows.length > limit && last ? { overAt: last.overAt, subjectId: last.subjectId, retentionClass: last.retentionClass } : undefined,
      lookedUpTo: BigInt(looked[0]?.up_to ?? -1),
    };
  }

  private over(at: Date, state: DueState | undefined, behind: ListDue['page']['behind'], limit: number): Promise<StoredRow[]> {
    return this.dataSource.query<StoredRow[]>(
      `SELECT ${COLUMNS}, CASE WHEN assumed THEN 'waiting-for-confirmation' ELSE 'due' END AS state
       FROM retention.keeping
       WHERE over_at <= $1 AND (over_at, subject_id, retention_class) > ($2, $3, $4) AND ($5::boolean IS NULL OR assumed = $5)
       ORDER BY over_at, subject_id, retention_class LIMIT $6`,
      [
        at,
        behind?.overAt ?? '-infinity',
        behind?.subjectId ?? '',
        behind?.retentionClass ?? '',
        state === undefined ? null : state === 'waiting-for-confirmation',
        limit,
      ],
    );
  }

  private endless(state: DueState, behind: ListDue['page']['behind'], limit: number): Promise<StoredRow[]> {
    return this.dataSource.query<StoredRow[]>(
      `SELECT ${COLUMNS}, endless AS state FROM retention.keeping
       WHERE endless = $1 AND (subject_id, retention_class) > ($2, $3) ORDER BY subject_id, retention_class LIMIT $4`,
      [state, behind?.subjectId ?? '', behind?.retentionClass ?? '', limit],
    );
  }
}

const isEndless = (state: DueState | undefined): state is DueState => state === 'refused-no-length' || state === 'no-rule';

const COLUMNS = `subject_id AS "subjectId", retention_class AS "retentionClass", rule, rule_version AS "ruleVersion", activity, customer, trigger,
  until, over_at AS "overAt"`;
