import { InForceFromLog } from '@hjemmel/contexts/data-subjects/in-force-from-log';
import { eraseDue } from '@hjemmel/contexts/retention/erasure/erase';
import type { EraserParts } from '@hjemmel/contexts/retention/erasure/parts';
import { EventLog, openEventLog } from '@hjemmel/event-store';
import { systemClock } from '@hjemmel/kernel';
import { Pool } from 'pg';
import { openShredder } from '../eraser';
import { eraserParts } from './eraser-parts';

/** Told as JSON in ERASER_PROCESS. */
export interface EraserProcess {
  readonly log: string;
  readonly workerUrl: string;
  readonly eraserUrl: string;
  readonly outbox: string;
}

/** Once something was done that stays, there is no tidying up. */
function die(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('a process that was killed goes on');
}
const deadly =
  <A extends unknown[], R>(act: (...args: A) => Promise<R>) =>
  async (...args: A): Promise<R> => {
    const done = await act(...args);
    return done instanceof Array && done.length === 0 ? done : die();
  };

const deadlyLog = (log: EventLog): EventLog => ({
  ...log,
  append: deadly((...call: Parameters<EventLog['append']>) => log.append(...call)),
});

/** The eraser as it is, on the very same log, keys and mail: only that it is killed after the first thing it does to any of them. */
async function main(): Promise<void> {
  const told = JSON.parse(process.env['ERASER_PROCESS']!) as EraserProcess;
  const log = openEventLog(told.log);
  const inForce = new InForceFromLog(log);
  await inForce.ready();
  const opened = openShredder(told.eraserUrl);
  const workerPool = new Pool({ connectionString: told.workerUrl, max: 2 });
  const parts = await eraserParts({ log: deadlyLog(log), workerPool, opened, inForce, outbox: told.outbox, clock: systemClock });
  const { keys, outbox } = parts;
  const mortal: EraserParts = {
    ...parts,
    keys: {
      keysOf: (subjectId) => keys.keysOf(subjectId),
      lookUpsOf: (...of) => keys.lookUpsOf(...of),
      destroy: async (keyIds) => {
        const alive = keyIds.length - (await opened.destroyedAmong(keyIds)).length;
        return alive > 0 ? deadly(() => keys.destroy(keyIds))() : keys.destroy(keyIds);
      },
      removeLookUps: async (...of) => {
        const there = Object.keys(await keys.lookUpsOf(...of)).length;
        return there > 0 ? deadly(() => keys.removeLookUps(...of))() : undefined;
      },
    },
    outbox: {
      ...outbox,
      deliver: process.env['ERASER_MAIL'] === 'deadly' ? deadly((mail) => outbox.deliver(mail)) : (mail) => outbox.deliver(mail),
    },
  };
  process.exit((await eraseDue(mortal)) === 0 ? 0 : 1);
}

void main();
