import { openEventLog } from '@hjemmel/event-store';
import { Pool } from 'pg';
import { runProjections } from '../runner';
import { bookkeeping } from './models';

/** What the exactly-once test starts and kills. It says on stdout what it has committed, and ends with its standard input. */
export interface WorkerSettings {
  readonly log: string;
  readonly postgres: string;
  readonly batchSize: number;
}

async function work({ log, postgres, batchSize }: WorkerSettings): Promise<void> {
  const running = await runProjections({
    log: openEventLog(log),
    pool: new Pool({ connectionString: postgres }),
    models: bookkeeping,
    batchSize,
    onProgress: ({ model, position }) => process.stdout.write(`${model} ${position}\n`),
  });
  process.stdin.resume().once('end', () => void running.stop().then(() => process.exit(0)));
}

work(JSON.parse(process.env['PROJECTION_WORKER'] ?? '') as WorkerSettings).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
