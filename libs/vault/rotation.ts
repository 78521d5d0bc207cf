import { OperatorError } from '@hjemmel/host';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import type { EpochKeyRing } from './epoch-keys';
import { beginEpoch, currentHeld, inTransaction } from './epochs';
import type { EpochKind } from './key-sources';
import { blindIndexRows, dataKeyRows, RotatedRows, valueRows } from './rotated-rows';
import type { VaultKeys } from './secrets';

export interface RotationOptions {
  /** Rows that are done, and that were to do when it began; from time to time. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Rows of a transaction. Those are locked for as long as it takes. */
  readonly batch?: number;
}

export interface Rotated {
  /** Under which all rows are now. */
  readonly epoch: number;
  /** Whether it was made now; else a rotation that had begun before was ended. */
  readonly begun: boolean;
  readonly rows: number;
  /** Rows that do not open under the key that they name: left as they are, and named. */
  readonly damaged: readonly string[];
}

const BATCH = 500;
/** Between passes where others hold the rows that are left. */
const PAUSE_MS = 50;

/**
 * Wraps every data key, and the values behind the blind indexes, under the next epoch's master key, which is made first; where a rotation broke off, goes
 * on with that one. Runs beside programs that seal and open, and may be killed at any moment and run again: a batch is done or not begun.
 * @throws OperatorError where the next key can't be made, or an old one is missing
 */
export async function rotateMasterKey(pool: Pool, keys: VaultKeys, options: RotationOptions = {}): Promise<Rotated> {
  return rotate(pool, keys, keys.master, [dataKeyRows(keys.master), valueRows(keys.master)], options);
}

/**
 * Makes every blind index anew under the next version of the HMAC key, from the value that its row keeps sealed; otherwise as `rotateMasterKey`. Rows from
 * before values were kept stay with their version until their person is seen again.
 */
export async function rotateBlindIndex(pool: Pool, keys: VaultKeys, options: RotationOptions = {}): Promise<Rotated> {
  return rotate(pool, keys, keys.blindIndex, [blindIndexRows(keys.blindIndex, keys.master)], options);
}

async function rotate(
  pool: Pool,
  { source }: VaultKeys,
  ring: EpochKeyRing,
  tables: readonly RotatedRows[],
  options: RotationOptions,
): Promise<Rotated> {
  await ring.refresh();
  const { epoch } = await ring.current();
  if ((await leftIn(pool, tables, epoch)) > 0) {
    const ended = await rewriteAll(pool, tables, ring.kind, epoch, options);
    // Rows that nothing can be done with must not keep a key from being followed by another.
    if (ended.rows > 0 || ended.damaged.length === 0) return { epoch, begun: false, ...ended };
  }
  await beginEpoch(pool, ring.kind, epoch + 1, await source.make(ring.kind, epoch + 1));
  await ring.refresh();
  const next = (await ring.current()).epoch;
  return { epoch: next, begun: true, ...(await rewriteAll(pool, tables, ring.kind, next, options)) };
}

async function rewriteAll(
  pool: Pool,
  tables: readonly RotatedRows[],
  kind: EpochKind,
  epoch: number,
  { onProgress = () => undefined, batch = BATCH }: RotationOptions,
): Promise<Pick<Rotated, 'rows' | 'damaged'>> {
  const total = await leftIn(pool, tables, epoch);
  const damaged: string[] = [];
  let rows = 0;
  onProgress(0, total);
  for (const table of tables)
    damaged.push(...(await rewriteTable(pool, table, kind, epoch, batch, (count) => onProgress((rows += count), total))));
  return { rows, damaged };
}

async function leftIn(pool: Pool, tables: readonly RotatedRows[], epoch: number): Promise<number> {
  let left = 0;
  for (const table of tables) left += await table.left(pool, epoch);
  return left;
}

/** Passes over the table until no row is left but damaged ones: what others had locked in one pass is there in the next. */
async function rewriteTable(
  pool: Pool,
  table: RotatedRows,
  kind: EpochKind,
  epoch: number,
  batch: number,
  onDone: (count: number) => void,
): Promise<Set<string>> {
  for (;;) {
    const damaged = new Set<string>();
    let rewritten = 0;
    for (let after: unknown; ;) {
      const done = await inTransaction(pool, async (client) => {
        await demandStillCurrent(client, kind, epoch);
        return table.rewrite(client, epoch, after, batch);
      });
      for (const name of done.damaged) damaged.add(name);
      rewritten += done.rewritten;
      onDone(done.rewritten);
      if (done.last === undefined) break;
      after = done.last;
    }
    if ((await table.left(pool, epoch)) <= damaged.size) return damaged;
    if (rewritten === 0) await pause(PAUSE_MS);
  }
}

/** Nothing is written under an epoch that has been followed, or it could never be retired for certain. */
async function demandStillCurrent(client: PoolClient, kind: EpochKind, epoch: number): Promise<void> {
  if ((await currentHeld(client, kind)) !== epoch)
    throw new OperatorError(`another rotation made epoch ${epoch + 1} of the ${kind} key meanwhile: run this one again when that is done`);
}

/**
 * Gives up a key that no row needs any more: takes it away from where it is kept, so that backups made under it can't be opened either.
 * @returns what is left to the operator, if anything
 * @throws OperatorError while it is current, or rows are left under it
 */
export async function retireEpoch(pool: Pool, { source }: VaultKeys, kind: EpochKind, epoch: number): Promise<string | undefined> {
  const known = (await vaultStatus(pool)).filter((one) => one.kind === kind);
  const status = known.find((one) => one.epoch === epoch);
  if (!status) throw new OperatorError(`there is no epoch ${epoch} of the ${kind} key`);
  // Once followed by another, nothing comes under it any more; so what is counted here can only become less.
  if (status.current) throw new OperatorError(`epoch ${epoch} of the ${kind} key is the current one: rotate first`);
  const left = status.keys + status.identities;
  if (left > 0)
    throw new OperatorError(`${left} rows are still under epoch ${epoch} of the ${kind} key: run the rotation to its end first`);
  const rest = await source.remove(kind, epoch);
  await pool.query('UPDATE vault.epochs SET retired_at = COALESCE(retired_at, now()), wrapped = NULL WHERE kind = $1 AND epoch = $2', [
    kind,
    epoch,
  ]);
  return rest;
}

export interface EpochStatus {
  readonly kind: EpochKind;
  readonly epoch: number;
  readonly current: boolean;
  readonly madeAt: Date;
  readonly retiredAt: Date | null;
  /** Data keys that live under it. */
  readonly keys: number;
  /** Data keys that were under it when they were destroyed. */
  readonly destroyed: number;
  /** Look-ups under it: of values sealed under a master key, of indexes made under an HMAC key. */
  readonly identities: number;
}

/** What stands under which key. Reads no key. */
export async function vaultStatus(pool: Pool): Promise<EpochStatus[]> {
  const { rows } = await pool.query<EpochStatus>(
    `SELECT e.kind, e.epoch, e.epoch = max(e.epoch) OVER (PARTITION BY e.kind) AS current, e.made_at AS "madeAt", e.retired_at AS "retiredAt",
            COALESCE(k.keys, 0)::integer AS keys, COALESCE(k.destroyed, 0)::integer AS destroyed, COALESCE(i.identities, 0)::integer AS identities
     FROM vault.epochs e
     LEFT JOIN (SELECT 'master' AS kind, epoch, count(wrapped) AS keys, count(destroyed_at) AS destroyed FROM vault.data_keys GROUP BY epoch) k
       USING (kind, epoch)
     LEFT JOIN (SELECT 'master' AS kind, epoch, count(*) AS identities FROM vault.identities WHERE epoch IS NOT NULL GROUP BY epoch
                UNION ALL SELECT 'blind-index', version, count(*) FROM vault.identities GROUP BY version) i
       USING (kind, epoch)
     ORDER BY e.kind DESC, e.epoch`,
  );
  return rows;
}
