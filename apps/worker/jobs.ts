import { stderrLine } from '@hjemmel/host';
import { derivedUuid } from '@hjemmel/kernel';
import type { Pool } from 'pg';
import PgBoss from 'pg-boss';

/** One kind of work that waits as rows: each is wanted by its name, taken by one worker, and tried again until it is done. */
export interface JobQueue {
  /** Sees to it that there is a job of this name; one that is taken belongs to a worker that is gone, and is put back. */
  want(name: string): Promise<void>;
  /** Takes the jobs that are due one after the other. A task that fails is tried again later, here or elsewhere. */
  work(task: (name: string) => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

interface Named {
  readonly name: string;
}

/**
 * Opens a queue that a migration made, over the worker's own login. pg-boss keeps the rows, their retries and what is done; when there is work to want
 * follows from the log and not from its clock, so a lost row is wanted again. Its own workers and schedules stay off: they let go of errors.
 * @throws what Postgres throws, and Error where the tables have not the form that this program knows
 */
export async function openQueue(pool: Pool, queue: string): Promise<JobQueue> {
  const executeSql = (text: string, values: unknown[]) => pool.query(text, values);
  const boss = new PgBoss({ db: { executeSql }, schema: 'pgboss', migrate: false, schedule: false });
  boss.on('error', (error) => stderrLine(`the jobs could not be cleared up now: ${error.name}`));
  await boss.start();
  return {
    want: async (name) => {
      const id = derivedUuid('job', queue, name);
      const data: Named = { name };
      if ((await boss.send(queue, data, { id })) !== null) return;
      const job = await boss.getJobById(queue, id);
      if (job?.state === 'active') await boss.deleteJob(queue, id).then(() => boss.send(queue, data, { id }));
    },
    work: async (task) => {
      for (;;) {
        const [job] = await boss.fetch<Named>(queue);
        if (!job) return;
        try {
          await task(job.data.name);
        } catch (error) {
          await boss.fail(queue, job.id, { reason: error instanceof Error ? error.name : typeof error });
          throw error;
        }
        await boss.complete(queue, job.id);
      }
    },
    stop: () => boss.stop({ graceful: false }),
  };
}
