import type { Pool } from 'pg';

/**
 * Up to which position of the log its destructions are carried out in this database. It stands beside the keys, so that a database restored from an
 * older backup says by itself how old it is.
 */
export class ReappliedUpTo {
  constructor(private readonly pool: Pool) {}

  async position(): Promise<bigint | undefined> {
    const { rows } = await this.pool.query<{ position: string }>('SELECT position FROM vault.reapplied');
    return rows[0] && BigInt(rows[0].position);
  }

  async moveTo(position: bigint): Promise<void> {
    await this.pool.query(
      `INSERT INTO vault.reapplied (position) VALUES ($1) ON CONFLICT (one) DO UPDATE SET position = excluded.position, moved_at = now()`,
      [String(position)],
    );
  }
}
