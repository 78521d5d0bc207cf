import type { SealedField } from '@hjemmel/vault';
import type { Pool } from 'pg';
import type { DueNotification, NotificationStore } from '../notify-affected/notify-affected';
import type { StatementVersion } from '../statements';
import { notificationPlans, statementContacts, StatementContactRow, statementNotifications } from './notifications.read-model';
import { statementVersions } from './statement-versions.read-model';

interface VersionRow {
  readonly version: string;
  readonly effective_from: Date;
  readonly published_at: Date;
  readonly recorded_at: Date;
  readonly position: string;
  readonly reason: string;
  readonly approved_by: string;
  readonly proposed_by: string | null;
  readonly classification: StatementVersion['classification'];
  readonly additions: StatementVersion['additions'];
  readonly texts: StatementVersion['texts'];
}

const versions = `read.${statementVersions.table}`;
const contacts = `read.${statementContacts.table}`;
const notifications = `read.${statementNotifications.table}`;
const plans = `read.${notificationPlans.table}`;

/** The worker's own login is enough: nothing here is opened. */
export function notificationStore(pool: Pool): NotificationStore {
  return {
    unplanned: async () => {
      const { rows } = await pool.query<VersionRow>(
        `SELECT v.* FROM ${versions} v WHERE v.classification ->> 'kind' = 'material'
           AND NOT EXISTS (SELECT FROM ${plans} p WHERE p.version = v.version)
           AND v.position <= (SELECT max(position) FROM read.checkpoints WHERE model = $1 AND version = $2)
         ORDER BY v.position`,
        [statementContacts.name, statementContacts.version],
      );
      return rows.map(versionOf);
    },
    affected: async ({ position }) => {
      const { rows } = await pool.query<{ affected: number }>(
        `SELECT count(*)::integer AS affected FROM ${contacts} WHERE position <= $1`,
        [String(position)],
      );
      return rows[0]!.affected;
    },
    unqueued: async ({ version, position }, behind, limit) => {
      const { rows } = await pool.query<{ subject_id: string }>(
        `SELECT c.subject_id FROM ${contacts} c WHERE c.position <= $1 AND c.subject_id > $2
           AND NOT EXISTS (SELECT FROM ${notifications} n WHERE n.id = $3 || ' ' || c.subject_id)
         ORDER BY c.subject_id LIMIT $4`,
        [String(position), behind, version, limit],
      );
      return rows.map(({ subject_id }) => subject_id);
    },
    due: async (now, behind, limit) => {
      const { rows } = await pool.query<{
        id: string;
        version: string;
        subject_id: string;
        due_at: Date;
        email: StatementContactRow['email'];
      }>(
        `SELECT n.id, n.version, n.subject_id, n.due_at, c.email FROM ${notifications} n LEFT JOIN ${contacts} c USING (subject_id)
         WHERE n.due_at <= $1 AND (n.due_at, n.id) > ($2::timestamptz, $3) ORDER BY n.due_at, n.id LIMIT $4`,
        [now, behind?.dueAt ?? '-infinity', behind?.id ?? '', limit],
      );
      return rows.map(({ id, version, subject_id: subjectId, due_at, email }): DueNotification => {
        const field: SealedField | undefined = email === null ? undefined : { ...email, subjectId, category: 'subject.contact' };
        return { id, version, subjectId, dueAt: due_at.toISOString(), email: field };
      });
    },
    find: async (version) => {
      const { rows } = await pool.query<VersionRow>(`SELECT * FROM ${versions} WHERE version = $1`, [version]);
      return rows[0] && versionOf(rows[0]);
    },
  };
}

const versionOf = (row: VersionRow): StatementVersion => ({
  version: row.version,
  effectiveFrom: row.effective_from.toISOString(),
  publishedAt: row.published_at.toISOString(),
  recordedAt: row.recorded_at.toISOString(),
  position: BigInt(row.position),
  reason: row.reason,
  approvedBy: row.approved_by,
  proposedBy: row.proposed_by,
  classification: row.classification,
  additions: row.additions,
  texts: row.texts,
});
