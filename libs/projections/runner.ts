import { EventLog } from '@hjemmel/event-store/port';
import { Clock, systemClock } from '@hjemmel/kernel';
import { Pool } from 'pg';
import { CheckpointMover } from './checkpoint-mover';
import { nameOf, ProjectionError } from './errors';
import { Feed } from './feed';
import { ModelRunner } from './model-runner';
import { BatchProgress, ModelProgress } from './progress';
import { ReadModel } from './read-model';
import { ModelStore } from './store';

/** Larger batches fold more events of a key into one write; beyond this a batch takes noticeably long and gains little. */
const BATCH_SIZE = 4_000;
const PATIENCE_MS = 250;

export interface ProjectionOptions {
  readonly log: EventLog;
  /** At least two connections; with fewer than read models, a batch may wait for another model's. */
  readonly pool: Pool;
  readonly models: readonly ReadModel[];
  /** Most events in one transaction of one model. It keeps up to twice as many in memory. */
  readonly batchSize?: number;
  /** For how long a model with a full queue may hold back one with nothing to do, before it gets a subscription of its own. */
  readonly patienceMs?: number;
  /** Told without personal data. By default one line on stderr. */
  readonly onError?: (error: ProjectionError) => void;
  /** After each transaction. */
  readonly onProgress?: (progress: BatchProgress) => void;
  readonly clock?: Clock;
}

export interface RunningProjections {
  /** Ends the subscriptions and lets the transactions under way finish. */
  stop(): Promise<void>;
  /** Where each model stands, in the order in which they were given. */
  progress(): ModelProgress[];
}

/**
 * Runs read models: follows the log from their checkpoints and keeps their tables up to date, each event counted exactly once
 * (also when several workers run the same models, or are killed). A model that is slow or stopped holds back no other. When
 * Postgres or the log goes away it tries until they are back.
 * @throws ProjectionError when Postgres does not answer at the start, or tables are missing (see `ensureProjectionTables`)
 */
export async function runProjections(options: ProjectionOptions): Promise<RunningProjections> {
  const worker = new Worker(options);
  await worker.start();
  return { stop: () => worker.stop(), progress: () => worker.progress() };
}

class Worker {
  private readonly runners: ModelRunner[] = [];
  /** The first one is shared by all that keep up; the others are for models that are behind. */
  private readonly feeds: Feed[] = [];
  private readonly running = new Set<Promise<void>>();
  private readonly onError: (error: ProjectionError) => void;
  private stopping = false;

  constructor(private readonly options: ProjectionOptions) {
    this.onError = options.onError ?? ((error) => process.stderr.write(`${error.message}\n`));
    const { models } = options;
    for (const part of ['name', 'table'] as const) {
      if (new Set(models.map((model) => model[part])).size < models.length) throw new Error(`two read models of one ${part}`);
    }
  }

  async start(): Promise<void> {
    const { pool, models } = this.options;
    const mover = new CheckpointMover(pool);
    pool.on('error', this.connectionLost);
    for (const model of models) {
      const store = new ModelStore(pool, model);
      this.runners.push(this.runnerOf(model, store, mover, await checkpointOf(model, store)));
    }
    const running = this.runners.filter((runner) => runner.progress().state === 'running');
    if (running.length === 0) return;
    this.feed(
      running.reduce((least, { seen }) => (seen < least ? seen : least), running[0]!.seen),
      running,
    );
    for (const runner of running) this.track(runner.run());
  }

  progress(): ModelProgress[] {
    return this.runners.map((runner) => runner.progress());
  }

  async stop(): Promise<void> {
    this.stopping = true;
    for (const runner of this.runners) runner.stop();
    await Promise.all(this.feeds.map((feed) => feed.close()));
    while (this.running.size > 0) await Promise.all(this.running);
    this.options.pool.off('error', this.connectionLost);
  }

  private runnerOf(model: ReadModel, store: ModelStore, mover: CheckpointMover, checkpoint: bigint | 'superseded'): ModelRunner {
    return new ModelRunner(model, store, mover, checkpoint, this.options.batchSize ?? BATCH_SIZE, {
      clock: this.options.clock ?? systemClock,
      moved: (runner) => this.feedOf(runner)?.stir(),
      rewound: (runner) => this.feedAlone(runner),
      ended: (runner) => this.leave(runner),
      onError: this.onError,
      onProgress: (progress) => this.options.onProgress?.(progress),
    });
  }

  private feed(from: bigint, members: readonly ModelRunner[]): void {
    const feed = new Feed(this.options.log, from, this.options.patienceMs ?? PATIENCE_MS, {
      reached: (at) => this.mergeIfCaughtUp(at),
      tooSlow: (_, slow) => slow.forEach((runner) => this.feedAlone(runner)),
      onError: this.onError,
    });
    for (const member of members) feed.join(member);
    this.feeds.push(feed);
    this.track(feed.run());
  }

  private feedAlone(runner: ModelRunner): void {
    this.leave(runner);
    if (!this.stopping) this.feed(runner.seen, [runner]);
  }

  /** A model that was behind and has got to where the shared feed is needs its own no more: it passes over what it has seen. */
  private mergeIfCaughtUp(feed: Feed): void {
    const [shared] = this.feeds;
    if (!shared || feed === shared || !shared.flowing || feed.position < shared.position) return;
    for (const runner of [...feed.members]) {
      this.leave(runner);
      shared.join(runner);
    }
  }

  private leave(runner: ModelRunner): void {
    const feed = this.feedOf(runner);
    feed?.leave(runner);
    if (!feed || feed.members.size > 0) return;
    this.feeds.splice(this.feeds.indexOf(feed), 1);
    this.track(feed.close());
  }

  private feedOf(runner: ModelRunner): Feed | undefined {
    return this.feeds.find(({ members }) => members.has(runner));
  }

  private track(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => this.onError(new ProjectionError(`the projections' runner met ${nameOf(error)}`, undefined, false)))
      .finally(() => this.running.delete(tracked));
    this.running.add(tracked);
  }

  /** Idle connections of the pool that are lost say so here, and would end the process if nobody listened. */
  private readonly connectionLost = (error: Error): void =>
    this.onError(new ProjectionError(`Postgres closed a connection (${nameOf(error)})`, undefined, true));
}

async function checkpointOf(model: ReadModel, store: ModelStore): Promise<bigint | 'superseded'> {
  try {
    const checkpoint = await store.checkpoint();
    if (checkpoint !== 'missing') return checkpoint;
  } catch (error) {
    throw new ProjectionError(
      `the checkpoint of read model ${model.name} can't be read: Postgres answers ${nameOf(error)}`,
      model.name,
      false,
    );
  }
  throw new ProjectionError(
    `read model ${model.name} has no table of version ${model.version}: run the migrations first`,
    model.name,
    false,
  );
}
