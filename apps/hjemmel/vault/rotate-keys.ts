import { OperatorError } from '@hjemmel/host';
import { rotateBlindIndex, rotateMasterKey } from '@hjemmel/vault';
import { withReporter } from '../../auditor/log/output';
import { KIND_WORDS } from './print-status';
import { VaultOptions, withVault } from './vault-address';

/** Rotates to the end, and says what it did. @throws OperatorError where rows could not be taken along */
export async function rotateKeys({ blindIndexes = false, ...options }: VaultOptions & { readonly blindIndexes?: boolean }): Promise<void> {
  const [rotate, word] = blindIndexes ? [rotateBlindIndex, KIND_WORDS['blind-index']] : [rotateMasterKey, KIND_WORDS.master];
  const { epoch, begun, rows, damaged } = await withVault(options, (pool, keys) =>
    withReporter(`rotating the ${word}`, (onProgress) => rotate(pool, keys, { onProgress })),
  );
  const what = `${new Intl.NumberFormat('en').format(rows)} rows were put under epoch ${epoch} of the ${word}`;
  process.stdout.write(`${what}${begun ? '' : ', which had been begun before'}\n`);
  if (damaged.length === 0) return;
  for (const name of damaged) process.stderr.write(`${name} does not open under the key that it names\n`);
  throw new OperatorError(`${damaged.length} rows were left under an older key: restore them from a backup, or destroy them`);
}
