import { join } from 'node:path';
import { exists, newPassword, OperatorError, readSecretFile, secretFile } from '@hjemmel/host';
import type { Pool } from 'pg';

/** 32 bytes each; kept outside the database, so that a copy of it alone opens nothing and links nobody. */
export interface VaultKeys {
  /** Wraps every data key. */
  readonly master: Buffer;
  /** HMAC key of the blind indexes. */
  readonly blindIndex: Buffer;
}

const FILES = { master: 'vault-master.key', blindIndex: 'vault-blind-index.key' } as const;

/**
 * Reads the vault's keys from the folder of secrets, and makes them at the first start. They are never made beside a vault that already
 * holds something: under new keys it could not be read, and nobody would be told.
 * @throws OperatorError where a file is missing later, can be read by others, or holds something else
 */
export async function vaultKeys(secrets: string, pool: Pool): Promise<VaultKeys> {
  for (const file of Object.values(FILES)) {
    const path = join(secrets, file);
    if (await exists(path)) continue;
    const { rowCount } = await pool.query('(SELECT FROM vault.data_keys LIMIT 1) UNION ALL (SELECT FROM vault.identities LIMIT 1)');
    if (rowCount !== 0)
      throw new OperatorError(`${path} is missing, and the vault is not empty: restore the file, nothing can be read without it`);
    await secretFile(path, newPassword);
  }
  const key = async (file: string): Promise<Buffer> => {
    const bytes = Buffer.from((await readSecretFile(join(secrets, file))).trim(), 'base64url');
    if (bytes.length !== 32) throw new OperatorError(`${join(secrets, file)} must hold 32 bytes as base64url`);
    return bytes;
  };
  return { master: await key(FILES.master), blindIndex: await key(FILES.blindIndex) };
}
