import { OperatorError } from '@hjemmel/host';
import { retireEpoch } from '@hjemmel/vault';
import { KIND_WORDS } from './print-status';
import { VaultOptions, withVault } from './vault-address';

/** Takes a key away, and says what is left to do. */
export async function retireKey(
  told: string,
  { blindIndexes = false, ...options }: VaultOptions & { readonly blindIndexes?: boolean },
): Promise<void> {
  if (!/^[1-9]\d{0,8}$/.test(told)) throw new OperatorError('the epoch must be a whole number from 1');
  const kind = blindIndexes ? 'blind-index' : 'master';
  const rest = await withVault(options, (pool, keys) => retireEpoch(pool, keys, kind, Number(told)));
  process.stdout.write(`epoch ${told} of the ${KIND_WORDS[kind]} is retired${rest === undefined ? '' : `: ${rest}`}\n`);
}
