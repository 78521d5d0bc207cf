import type { Pool } from 'pg';
import type { ErasureStore } from '../erasure/parts';
import { erasures } from './erasures.read-model';

/** The worker's own login is enough. */
export function erasureStore(pool: Pool): ErasureStore {
  return {
    due: async (now, conditions, behind, limit) => {
      const { rows } = await pool.query<{ id: string }>(
        `SELECT id FROM read.${erasures.table} WHERE (due_at <= $1 OR (waits_for_condition AND $2)) AND id > $3 ORDER BY id LIMIT $4`,
        [now, conditions, behind, limit],
      );
      return rows.map(({ id }) => id);
    },
  };
}
