import { InForceFromLog } from '@hjemmel/contexts/data-subjects/in-force-from-log';
import { Decisions, openEventLog } from '@hjemmel/event-store';
import { onStop, runProgram, settings, stderrLine, tellReady } from '@hjemmel/host';
import { runProjections } from '@hjemmel/projections';
import { openBlobs } from '@hjemmel/vault';
import { Pool } from 'pg';
import { startBlobSweep } from './blob-sweep';
import { startChores } from './chores';
import { startEraser } from './eraser';
import { followKeeping } from './keeping';
import { startNotifier } from './notifier';
import { readModels } from './read-models';
import { startRetention } from './retention';

/** Ten connections serve the read models of this program in parallel; one more holds the lock of who runs the retention. */
const CONNECTIONS = 11;

/**
 * Follows the log into the read models, and does what time brings. HJEMMEL_LOG, HJEMMEL_POSTGRES_WORKER_URL, HJEMMEL_POSTGRES_ERASER_URL, HJEMMEL_SECRETS;
 * HJEMMEL_SMTP or HJEMMEL_DATA for mail, HJEMMEL_BLOBS or HJEMMEL_DATA for photos.
 */
runProgram(async () => {
  const stops: (() => Promise<unknown>)[] = [];
  onStop(async () => {
    for (const stop of stops.reverse()) await stop();
  });
  const read = settings(process.env);
  const log = openEventLog(read.required('HJEMMEL_LOG'));
  stops.push(() => log.close());
  const pool = new Pool({ connectionString: read.required('HJEMMEL_POSTGRES_WORKER_URL'), max: CONNECTIONS });
  // A connection that Postgres ends while it is idle is replaced at the next use; without a listener it would end the process.
  pool.on('error', (error) => stderrLine(`a connection to Postgres ended: ${error.name}`));
  stops.push(() => pool.end());
  const blobs = await openBlobs(read);
  const keeping = await followKeeping(log);
  stops.push(() => keeping.close());
  const inForce = new InForceFromLog(log);
  stops.push(() => inForce.close());
  await inForce.ready();
  const norms = (at: Date) => inForce.at(at);
  // First of all: what was erased must not be there again while anything else runs.
  const eraser = await startEraser({ pool, log, blobs, norms, keeping: keeping.of }, read);
  stops.push(() => eraser.stop());
  const projections = await runProjections({ log, pool, models: readModels });
  stops.push(() => projections.stop());
  const chores = startChores(pool, new Decisions(log));
  stops.push(() => chores.stop());
  const sweep = startBlobSweep(blobs, log);
  stops.push(() => sweep.stop());
  const notifier = startNotifier(pool, log, read);
  stops.push(() => notifier.stop());
  const retention = startRetention({ pool, log, keys: eraser.keys, norms, keeping }, read);
  stops.push(() => retention.stop());
  tellReady({ models: readModels.map(({ name }) => name) });
});
