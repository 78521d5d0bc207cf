import type { Pool } from 'pg';
import type { ClassStanding } from '../due/due';
import type { Held } from '../due/held';
import type { HeldRow, KeepingStore } from '../look/keeping';
import { held } from './held.read-model';

const rows = `read.${held.table}`;

interface StoredRow {
  readonly subject_id: string;
  readonly held: Held;
  readonly position: string;
}

/** The worker's own login is enough: nothing here is opened. */
export function keepingStore(pool: Pool): KeepingStore {
  return {
    modelVersion: held.version,
    looked: async () => {
      const { rows: found } = await pool.query<{ model_version: number; norms: string; up_to: string }>(
        'SELECT model_version, norms, up_to FROM retention.looked',
      );
      const [row] = found;
      return row && { modelVersion: row.model_version, norms: BigInt(row.norms), upTo: BigInt(row.up_to) };
    },
    checkpoint: async () => {
      const { rows: found } = await pool.query<{ position: string }>(
        'SELECT position FROM read.checkpoints WHERE model = $1 AND version = $2',
        [held.name, held.version],
      );
      return BigInt(found[0]?.position ?? -1);
    },
    changed: async (after, behind, limit) => {
      const { rows: found } = await pool.query<StoredRow>(
        `SELECT subject_id, held, position FROM ${rows} WHERE (position, subject_id) > ($1, $2) ORDER BY position, subject_id LIMIT $3`,
        behind ? [String(behind.position), behind.subjectId, limit] : [String(after + 1n), '', limit],
      );
      return found.map(rowOf);
    },
    all: async (behind, limit) => {
      const { rows: found } = await pool.query<StoredRow>(
        `SELECT subject_id, held, position FROM ${rows} WHERE subject_id > $1 ORDER BY subject_id LIMIT $2`,
        [behind, limit],
      );
      return found.map(rowOf);
    },
    keep: async (found) => {
      if (found.length === 0) return;
      const kept = found.flatMap(({ subjectId, standings }) => standings.map((standing) => columnsOf(subjectId, standing)));
      await pool.query({ name: 'keep-standings', text: KEEP, values: [found.map(({ subjectId }) => subjectId), JSON.stringify(kept)] });
    },
    mark: async ({ modelVersion, norms, upTo }) => {
      await pool.query(
        `INSERT INTO retention.looked (model_version, norms, up_to) VALUES ($1, $2, $3)
         ON CONFLICT (one) DO UPDATE SET model_version = excluded.model_version, norms = excluded.norms, up_to = excluded.up_to`,
        [modelVersion, String(norms), String(upTo)],
      );
    },
    due: async (at, behind, limit) => {
      const { rows: found } = await pool.query<{ subject_id: string }>(
        `SELECT DISTINCT subject_id FROM retention.keeping
         WHERE over_at <= $1 AND NOT assumed AND subject_id > $2 ORDER BY subject_id LIMIT $3`,
        [at, behind, limit],
      );
      return found.map(({ subject_id }) => subject_id);
    },
    unsettled: async (at) => {
      const { rows: found } = await pool.query<{ waiting: number; refused: number; unruled: number }>(
        `SELECT (SELECT count(*)::integer FROM retention.keeping WHERE over_at <= $1 AND assumed) AS waiting,
                (SELECT count(*)::integer FROM retention.keeping WHERE endless = 'refused-no-length') AS refused,
                (SELECT count(*)::integer FROM retention.keeping WHERE endless = 'no-rule') AS unruled`,
        [at],
      );
      return found[0]!;
    },
  };
}

const rowOf = ({ subject_id, held: found, position }: StoredRow): HeldRow => ({
  subjectId: subject_id,
  held: found,
  position: BigInt(position),
});

/** What a person holds no more goes; one statement, so that nobody is seen with half of it. */
const KEEP = `
WITH found AS (
  SELECT * FROM jsonb_to_recordset($2::jsonb) AS row (subject_id text, retention_class text, endless text, rule text, rule_version integer,
    activity text, customer text, trigger text, until text, over_at timestamptz, assumed boolean)
), gone AS (
  DELETE FROM retention.keeping k WHERE k.subject_id = ANY($1::text[])
    AND NOT EXISTS (SELECT FROM found f WHERE f.subject_id = k.subject_id AND f.retention_class = k.retention_class)
)
INSERT INTO retention.keeping (subject_id, retention_class, endless, rule, rule_version, activity, customer, trigger, until, over_at, assumed)
SELECT * FROM found
ON CONFLICT (subject_id, retention_class) DO UPDATE SET endless = excluded.endless, rule = excluded.rule, rule_version = excluded.rule_version,
  activity = excluded.activity, customer = excluded.customer, trigger = excluded.trigger, until = excluded.until, over_at = excluded.over_at,
  assumed = excluded.assumed`;

/** Whether something with an end is kept still, due or waiting is for the reader's instant to say. */
function columnsOf(subjectId: string, { retentionClass, state, ruleVersion, overAt, assumed, ...standing }: ClassStanding) {
  return {
    subject_id: subjectId,
    retention_class: retentionClass,
    endless: overAt === undefined ? state : null,
    rule_version: ruleVersion,
    over_at: overAt,
    assumed: assumed === true,
    ...standing,
  };
}
