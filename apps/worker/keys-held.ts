import { KeysHeld, VaultKey } from '@hjemmel/contexts/retention/contract';
import type { Pool } from 'pg';

/** Which keys of a person there are, by the worker's login; the keys themselves are not read. */
export class KeysHeldInVault extends KeysHeld {
  constructor(private readonly pool: Pool) {
    super();
  }

  async keysOf(subjectId: string): Promise<readonly VaultKey[]> {
    const { rows } = await this.pool.query<{ key_id: string; retention_class: string; commitment: Buffer; destroyed_at: Date | null }>(
      'SELECT key_id, retention_class, commitment, destroyed_at FROM vault.data_keys WHERE subject_id = $1::uuid ORDER BY created_at, key_id',
      [subjectId],
    );
    return rows.map(({ key_id, retention_class, commitment, destroyed_at }) => ({
      keyId: key_id,
      retentionClass: retention_class,
      commitment: commitment.toString('base64url'),
      destroyedAt: destroyed_at,
    }));
  }
}
