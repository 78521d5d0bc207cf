import { mailSettings, openOutbox } from '@hjemmel/contexts/outbox/contract';
import { eraseDue } from '@hjemmel/contexts/retention/erasure/erase';
import type { KeepingOf, KeysHeld } from '@hjemmel/contexts/retention/erasure/facts';
import { filesIn } from '@hjemmel/contexts/retention/erasure/files';
import type { EraserParts } from '@hjemmel/contexts/retention/erasure/parts';
import { reapplyDestructions } from '@hjemmel/contexts/retention/erasure/reapply';
import { erasureStore } from '@hjemmel/contexts/retention/read-models/erasures.store';
import { rescanTables } from '@hjemmel/contexts/retention/read-models/rescan';
import { Decisions, EventLog } from '@hjemmel/event-store';
import { OperatorError, Settings, stderrLine } from '@hjemmel/host';
import { systemClock } from '@hjemmel/kernel';
import { normaliseEmail } from '@hjemmel/kernel/identifiers';
import { BlobStore, Identities, KeyStore, noKeys, ReappliedUpTo, Shredder } from '@hjemmel/vault';
import { Pool } from 'pg';
import { startRounds } from './rounds';

const EVERY_MS = 5_000;
/** What waits for something to happen is looked at so often; a day of waiting is not made longer by a minute. */
const CONDITIONS_EVERY_MS = 60_000;
const CONNECTIONS = 4;

/** `arbeidstilsynet=post@…, evry-card-services=…` @throws OperatorError where an entry is none */
export function addressesFrom(read: Settings): Readonly<Record<string, string>> {
  const entries = read
    .text('HJEMMEL_RECIPIENTS', '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  return Object.fromEntries(
    entries.map((entry) => {
      const [recipient = '', address = '', ...more] = entry.split('=').map((part) => part.trim());
      if (!/^[a-z][a-z0-9-]*$/.test(recipient) || normaliseEmail(address) === undefined || more.length > 0)
        throw new OperatorError(
          'HJEMMEL_RECIPIENTS must name recipients of the register, each with an e-mail address: id=address, id=address',
        );
      return [recipient, address];
    }),
  );
}

/** The eraser's own login: it destroys keys and look-ups and searches tables; no key is read by it, nor by this process for it. */
export function openShredder(connectionString: string) {
  const pool = new Pool({ connectionString, max: CONNECTIONS });
  pool.on('error', (error) => stderrLine(`a connection to Postgres ended: ${error.name}`));
  const store = new KeyStore(pool, noKeys);
  return {
    pool,
    shredder: new Shredder(pool, store, new Identities(pool, { blindIndex: noKeys, master: noKeys })),
    destroyedAmong: (keyIds: readonly string[]) => store.destroyedAmong(keyIds),
    upTo: new ReappliedUpTo(pool),
    close: async () => {
      await store.close();
      await pool.end();
    },
  };
}

export interface StartedEraser {
  /** Which keys of a person there are; the keys themselves are not read. */
  readonly keys: KeysHeld;
  stop(): Promise<void>;
}

export interface EraserOf extends Pick<EraserParts, 'norms'> {
  /** The worker's, for the read model that says where to look. */
  readonly pool: Pool;
  readonly log: EventLog;
  readonly blobs: BlobStore;
  /** What rules keep still: nothing goes by schedule that was asked for anew since it was found to be over. */
  readonly keeping: KeepingOf;
}

/**
 * Carries out what was decided to be erased. Before it settles, everything that the log says was destroyed is destroyed in this vault, also
 * where that was restored from an older backup.
 */
export async function startEraser(
  { pool, log, blobs, norms, keeping }: EraserOf,
  read: Settings,
  everyMs = EVERY_MS,
): Promise<StartedEraser> {
  const opened = openShredder(read.required('HJEMMEL_POSTGRES_ERASER_URL'));
  const { shredder, upTo } = opened;
  const outbox = openOutbox(mailSettings(read));
  const files = filesIn(log, blobs);
  const parts: EraserParts = {
    store: erasureStore(pool),
    decisions: new Decisions(log),
    keys: shredder,
    files,
    norms,
    keeping,
    rescan: async (_, keyIds, lookUps) => rescanTables(opened.pool, keyIds, new Set(await opened.destroyedAmong(keyIds)), lookUps),
    outbox,
    addresses: addressesFrom(read),
    clock: systemClock,
  };
  await reapplyDestructions({ log, keys: shredder, files, upTo, clock: systemClock });
  let conditionsAt = -Infinity;
  let stopping = false;
  const rounds = startRounds('erasures could not go on', everyMs, async () => {
    const begun = performance.now();
    const end = await log.lastPosition();
    const conditions = begun - conditionsAt >= CONDITIONS_EVERY_MS;
    const steps = await eraseDue(parts, conditions, () => stopping);
    if (conditions) conditionsAt = begun;
    // What was destroyed up to here was destroyed in this vault before it was said.
    if (end !== undefined && (steps > 0 || conditions)) await upTo.moveTo(end);
  });
  return {
    keys: shredder,
    stop: async () => {
      stopping = true;
      await rounds.stop();
      outbox.close();
      await opened.close();
    },
  };
}
