import type { InForceFromLog } from '@hjemmel/contexts/data-subjects/in-force-from-log';
import { openOutbox } from '@hjemmel/contexts/outbox/contract';
import type { KeepingOf } from '@hjemmel/contexts/retention/erasure/facts';
import { filesIn } from '@hjemmel/contexts/retention/erasure/files';
import type { EraserParts } from '@hjemmel/contexts/retention/erasure/parts';
import { erasureStore } from '@hjemmel/contexts/retention/read-models/erasures.store';
import { rescanTables } from '@hjemmel/contexts/retention/read-models/rescan';
import { Decisions, EventLog } from '@hjemmel/event-store';
import { settings } from '@hjemmel/host';
import type { Clock } from '@hjemmel/kernel';
import { openBlobs } from '@hjemmel/vault';
import { dirname } from 'node:path';
import type { Pool } from 'pg';
import type { openShredder } from '../eraser';

interface Given {
  readonly log: EventLog;
  readonly workerPool: Pool;
  readonly opened: ReturnType<typeof openShredder>;
  readonly inForce: InForceFromLog;
  /** Folder for messages, in the data folder. */
  readonly outbox: string;
  readonly clock: Clock;
  /** Where it erases by schedule. */
  readonly keeping?: KeepingOf;
}

/** What the eraser of the worker is made of, with one recipient that has an address. */
export const eraserParts = async ({ log, workerPool, opened, inForce, outbox, clock, keeping }: Given): Promise<EraserParts> => ({
  store: erasureStore(workerPool),
  decisions: new Decisions(log),
  keys: opened.shredder,
  files: filesIn(log, await openBlobs(settings({ HJEMMEL_DATA: dirname(outbox) }))),
  norms: (at) => inForce.at(at),
  rescan: async (_, keyIds, lookUps) => rescanTables(opened.pool, keyIds, new Set(await opened.destroyedAmong(keyIds)), lookUps),
  outbox: openOutbox({ from: 'no-reply@jobbkort.example', via: { kind: 'files', folder: outbox } }),
  addresses: { arbeidstilsynet: 'personvern@arbeidstilsynet.example' },
  clock,
  ...(keeping && { keeping }),
});
