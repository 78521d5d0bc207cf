import { Clock, Recorded } from '@hjemmel/kernel';
import { CheckpointMover } from './checkpoint-mover';
import { isAboutData, nameOf, placeOf, ProjectionError } from './errors';
import { foldBatch, FoldedBatch, planBatch } from './fold';
import { BatchProgress, ModelFailure, ModelProgress, ModelState } from './progress';
import { ReadModel } from './read-model';
import { Backoff, Signal } from './signal';
import { ModelStore } from './store';

/** At most one small transaction in so long, so that events which come thick are written together. The first is not held up. */
const PACE_MS = 10;
/** The same for a checkpoint that moves over events which mean nothing to the model. */
const IDLE_PACE_MS = 20;

export interface ModelHooks {
  readonly clock: Clock;
  /** There is room again, or the model has nothing to do: a feed that waits may go on. */
  readonly moved: (runner: ModelRunner) => void;
  /** The model stands elsewhere than its feed believes: it needs one from its `seen` on. */
  readonly rewound: (runner: ModelRunner) => void;
  /** The model takes no more events. */
  readonly ended: (runner: ModelRunner) => void;
  readonly onError: (error: ProjectionError) => void;
  readonly onProgress: (progress: BatchProgress) => void;
}

/** One read model on its way through the log: a bounded queue at one end, its table and checkpoint at the other. */
export class ModelRunner {
  /** Up to here events were offered and are in the table, in the queue, or of no concern. */
  seen: bigint;
  live = false;
  private position: bigint;
  private seenAt: Date | undefined;
  private queue: Recorded[] = [];
  private state: ModelState = 'running';
  private failure: ModelFailure | undefined;
  private batchSize: number;
  private stopping = false;
  private uncertain = false;
  private waiting = false;
  /** So many events in the queue are worth waking up for. */
  private wakeAt = 0;
  private lastWrite = -Infinity;
  private readonly wake = new Signal();
  private readonly backoff = new Backoff();

  constructor(
    readonly model: ReadModel,
    private readonly store: ModelStore,
    private readonly mover: CheckpointMover,
    checkpoint: bigint | 'superseded',
    private readonly largestBatch: number,
    private readonly hooks: ModelHooks,
  ) {
    this.position = this.seen = checkpoint === 'superseded' ? -1n : checkpoint;
    if (checkpoint === 'superseded') this.state = 'superseded';
    this.batchSize = largestBatch;
  }

  /** A full queue takes events still: that it has to wait is for the feed to see. */
  get full(): boolean {
    return this.queue.length >= 2 * this.largestBatch;
  }

  /** Nothing to do until the next event. */
  get idle(): boolean {
    return this.waiting;
  }

  offer(recorded: Recorded): void {
    if (recorded.position <= this.seen) return;
    if (this.model.handlers.has(recorded.event.type)) this.queue.push(recorded);
    this.pass(recorded.position, recorded.recordedAt);
  }

  /** Nothing between `seen` and `position` is of concern to anyone. */
  pass(position: bigint, recordedAt?: Date): void {
    if (position <= this.seen) return;
    this.seen = position;
    if (recordedAt) this.seenAt = recordedAt;
    if (this.queue.length >= this.wakeAt) this.wake.raise();
  }

  stop(): void {
    this.stopping = true;
    this.wake.raise();
  }

  progress(): ModelProgress {
    const { state, position, live, failure, model } = this;
    const known = { model: model.name, version: model.version, state, position, live, lagEvents: this.queue.length };
    return { ...known, lagSeconds: this.lagSeconds(), ...(failure && { failure }) };
  }

  /** Settles when the model was stopped or can't go on. Never fails. */
  async run(): Promise<void> {
    while (!this.stopping && (this.state === 'running' || this.state === 'retrying')) {
      try {
        await this.step();
      } catch (error) {
        this.state = 'retrying';
        this.uncertain = true;
        this.hooks.onError(
          new ProjectionError(`read model ${this.model.name}: Postgres answers ${nameOf(error)}, trying again`, this.model.name, true),
        );
        await this.sleep(this.backoff.next());
      }
    }
    this.queue = [];
    this.hooks.ended(this);
  }

  private async step(): Promise<void> {
    if (this.uncertain) return this.reload();
    const due = this.queue.length > 0 ? PACE_MS : IDLE_PACE_MS;
    const wait = this.lastWrite + due - performance.now();
    if (this.seen === this.position) return this.rest();
    if (wait > 0 && this.queue.length < this.batchSize) return this.sleep(wait, this.queue.length > 0 ? this.batchSize : 1);
    const began = performance.now();
    await (this.queue.length > 0 ? this.apply(began) : this.moveOn(began));
  }

  private async rest(): Promise<void> {
    this.recovered();
    this.waiting = true;
    this.hooks.moved(this);
    await this.sleep(undefined, 0);
    this.waiting = false;
  }

  private async sleep(ms: number | undefined, wakeAt = Infinity): Promise<void> {
    if (this.stopping) return;
    this.wakeAt = wakeAt;
    await this.wake.wait(ms);
  }

  /** What became of the last transaction is not known, or another worker was faster: the checkpoint tells. */
  private async reload(): Promise<void> {
    const checkpoint = await this.store.checkpoint();
    this.uncertain = false;
    if (typeof checkpoint === 'string') {
      this.state = checkpoint === 'superseded' ? 'superseded' : 'failed';
      const reason = checkpoint === 'superseded' ? 'a newer version took its place' : 'its checkpoint is gone';
      return this.hooks.onError(new ProjectionError(`read model ${this.model.name} stops: ${reason}`, this.model.name, false));
    }
    if (checkpoint < this.position) {
      this.queue = [];
      this.position = this.seen = checkpoint;
      this.live = false;
      return this.hooks.rewound(this);
    }
    this.position = checkpoint;
    this.queue = this.queue.filter(({ position }) => position > checkpoint);
    if (checkpoint > this.seen) this.seen = checkpoint;
    this.hooks.moved(this);
  }

  private async moveOn(began: number): Promise<void> {
    const to = this.seen;
    if (await this.mover.move(this.model, { from: this.position, to, recordedAt: this.seenAt })) this.moved(to, began, 0, 0);
    else await this.lost();
  }

  private async apply(began: number): Promise<void> {
    const events = this.queue.slice(0, this.batchSize);
    const whole = events.length === this.queue.length;
    const end = whole ? { to: this.seen, recordedAt: this.seenAt } : endOf(events.at(-1));
    try {
      const plan = planBatch(this.model, events);
      const folded = foldBatch(this.model, plan, await this.store.rows(plan.keys));
      const { to, recordedAt } = folded.failure ? endOf(events[folded.applied - 1], this.position) : end;
      if (to > this.position) {
        if (!(await this.store.write(folded.changes, { from: this.position, to, recordedAt }))) return await this.lost();
        this.moved(to, began, folded.failure ? folded.applied : events.length, folded.changes.size);
      }
      this.batchSize = Math.min(this.largestBatch, this.batchSize * 2);
      if (folded.failure) await this.poisoned(folded.failure);
    } catch (error) {
      if (!isAboutData(error)) throw error;
      // Which event of the batch brought the row that Postgres refuses is found by halving.
      if (events.length > 1) this.batchSize = Math.ceil(events.length / 2);
      else await this.poisoned({ recorded: events[0]!, error });
    }
  }

  private moved(to: bigint, began: number, events: number, rows: number): void {
    this.recovered();
    this.position = to;
    this.lastWrite = performance.now();
    this.queue = this.queue.filter(({ position }) => position > to);
    this.hooks.moved(this);
    this.hooks.onProgress({ model: this.model.name, position: to, events, rows, milliseconds: this.lastWrite - began });
  }

  private recovered(): void {
    this.state = 'running';
    this.backoff.reset();
  }

  /** Another worker moves this model too. Not at once again, since it may be at it still. */
  private async lost(): Promise<void> {
    this.uncertain = true;
    this.lastWrite = performance.now();
  }

  /** Only when the model still stands where its rows were read is the event at fault; else the rows were those of a later time. */
  private async poisoned({ recorded, error }: Pick<NonNullable<FoldedBatch['failure']>, 'recorded' | 'error'>): Promise<void> {
    if ((await this.store.checkpoint()) !== this.position) return this.lost();
    const { position, stream, revision, event } = recorded;
    this.failure = { position, stream, revision, type: event.type, error: nameOf(error), place: placeOf(error) };
    this.state = 'failed';
    const what = `${event.type} at position ${position} (${this.failure.error}${this.failure.place ? ` in ${this.failure.place}` : ''})`;
    this.hooks.onError(new ProjectionError(`read model ${this.model.name} stops before ${what}`, this.model.name, false));
  }

  private lagSeconds(): number | undefined {
    const oldest = this.queue[0]?.recordedAt ?? this.seenAt;
    if (this.live && this.seen === this.position) return 0;
    return oldest && Math.max(0, (this.hooks.clock.now().getTime() - oldest.getTime()) / 1000);
  }
}

const endOf = (last: Recorded | undefined, otherwise = -1n): { to: bigint; recordedAt: Date | undefined } => ({
  to: last?.position ?? otherwise,
  recordedAt: last?.recordedAt,
});
