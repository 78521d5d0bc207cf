import { EpochStatus, vaultStatus } from '@hjemmel/vault';
import { Cell, tableLines } from '../../auditor/table';
import { hasColour, tableWidth } from '../../auditor/terminal';
import { VaultOptions, withVault } from './vault-address';

export const KIND_WORDS = { master: 'master key', 'blind-index': 'key of the blind indexes' } as const;

/** Prints the keys of the vault, oldest first, and how much is under each. */
export async function printStatus({ json, ...options }: VaultOptions & { readonly json?: boolean }): Promise<void> {
  const status = await withVault(options, (pool) => vaultStatus(pool));
  const lines = json ? [JSON.stringify(status)] : tableLines(HEADINGS, status.map(rowOf), { width: tableWidth(), colour: hasColour() });
  process.stdout.write(`${lines.join('\n')}\n`);
}

const HEADINGS = ['key', 'epoch', 'state', 'made', 'data keys', 'destroyed', 'look-ups'];

function rowOf({ kind, epoch, current, madeAt, retiredAt, keys, destroyed, identities }: EpochStatus): Cell[] {
  const unused = keys + identities === 0;
  const state = retiredAt ? 'retired' : current ? 'current' : unused ? 'may be retired' : 'being left';
  const ofMaster = (count: number): Cell => ({ text: kind === 'master' ? figure(count) : '' });
  return [
    { text: KIND_WORDS[kind] },
    { text: String(epoch) },
    { text: state, ...(state === 'being left' ? { tone: 'notable' as const } : retiredAt ? { tone: 'quiet' as const } : {}) },
    { text: madeAt.toISOString().slice(0, 10) },
    ofMaster(keys),
    ofMaster(destroyed),
    { text: figure(identities) },
  ];
}

const figure = (count: number): string => new Intl.NumberFormat('en').format(count);
