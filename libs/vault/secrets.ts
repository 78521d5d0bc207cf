import { OperatorError } from '@hjemmel/host';
import type { Pool } from 'pg';
import { EpochKeyRing } from './epoch-keys';
import { EpochKind, EPOCH_KINDS, KeySource } from './key-sources';

/** The keys of the vault itself. */
export interface VaultKeys {
  /** Wrap every data key, and the values behind blind indexes. */
  readonly master: EpochKeyRing;
  /** HMAC keys of the blind indexes. */
  readonly blindIndex: EpochKeyRing;
  readonly source: KeySource;
}

/** Which keys there are, without reading one: for those who only look, or take one away. */
export const vaultKeysFrom = (source: KeySource, pool: Pool): VaultKeys => ({
  master: new EpochKeyRing('master', source, pool),
  blindIndex: new EpochKeyRing('blind-index', source, pool),
  source,
});

/**
 * Reads the vault's keys from their source, and makes them at the first start. They are never made beside a vault that already holds
 * something: under new keys it could not be read, and nobody would be told.
 * @param make `at-first-start`, or `never` for a program that only reads what others sealed
 * @throws OperatorError where one that rows may need is missing, can be read by others, or holds something else
 */
export async function openVaultKeys(source: KeySource, pool: Pool, make: 'at-first-start' | 'never'): Promise<VaultKeys> {
  const keys = vaultKeysFrom(source, pool);
  if (make === 'at-first-start') for (const kind of EPOCH_KINDS) await makeFirst(kind, source, pool);
  for (const ring of make === 'never' ? [keys.master] : [keys.master, keys.blindIndex]) await ring.live();
  return keys;
}

async function makeFirst(kind: EpochKind, source: KeySource, pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ epoch: number; wrapped: string | null }>(
    'SELECT epoch, wrapped FROM vault.epochs WHERE kind = $1 AND retired_at IS NULL ORDER BY epoch',
    [kind],
  );
  for (const { epoch, wrapped } of rows) {
    if ((await source.read(kind, epoch, wrapped ?? undefined)) !== undefined) continue;
    await demandEmpty(source.nameOf(kind, epoch), pool);
    const made = await source.make(kind, epoch);
    // Of several processes at once, the first one's counts.
    if (made !== undefined)
      await pool.query('UPDATE vault.epochs SET wrapped = $3 WHERE kind = $1 AND epoch = $2 AND wrapped IS NULL', [kind, epoch, made]);
  }
}

async function demandEmpty(name: string, pool: Pool): Promise<void> {
  const { rowCount } = await pool.query('(SELECT FROM vault.data_keys LIMIT 1) UNION ALL (SELECT FROM vault.identities LIMIT 1)');
  if (rowCount !== 0) throw new OperatorError(`${name} is missing, and the vault is not empty: restore it, nothing can be read without it`);
}
