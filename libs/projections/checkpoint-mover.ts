import { Pool } from 'pg';
import { CHANNEL } from './notification';
import { ReadModel } from './read-model';
import { Step } from './store';

interface Move extends Step {
  readonly model: ReadModel;
  readonly settle: (moved: boolean) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Moves the checkpoints of models to which the last events meant nothing: all that wait go in one transaction, so that an
 * event costs one and not one for each read model. A checkpoint that another worker has locked right now is left to it.
 */
export class CheckpointMover {
  private waiting: Move[] = [];
  private busy = false;

  constructor(private readonly pool: Pool) {}

  /** @returns false when the checkpoint does not stand at `from` any more, or another worker is about to move it */
  move(model: ReadModel, step: Step): Promise<boolean> {
    return new Promise((settle, fail) => {
      this.waiting.push({ model, ...step, settle, fail });
      // Models that saw the same event ask in the same turn of the event loop.
      if (!this.busy) setImmediate(() => void this.flush());
    });
  }

  private async flush(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    while (this.waiting.length > 0) {
      const moves = this.waiting;
      this.waiting = [];
      try {
        const moved = await this.write(moves);
        for (const { model, settle } of moves) settle(moved.has(model.name));
      } catch (error) {
        for (const { fail } of moves) fail(error);
      }
    }
    this.busy = false;
  }

  private async write(moves: readonly Move[]): Promise<Set<string>> {
    const { rows } = await this.pool.query<[string]>({
      name: 'move checkpoints',
      text: moveSql,
      values: [
        moves.map(({ model }) => model.name),
        moves.map(({ model }) => model.version),
        moves.map(({ from }) => from),
        moves.map(({ to }) => to),
        moves.map(({ recordedAt }) => recordedAt ?? null),
      ],
      rowMode: 'array',
    });
    return new Set(rows.map(([model]) => model));
  }
}

/** The position is compared under the lock: had another worker moved it since this statement began, the row is not `free`. */
const moveSql = `
WITH wanted AS (
  SELECT * FROM unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[], $5::timestamptz[])
    AS w (model, version, was, reached, recorded_at)
), free AS (
  SELECT model, version, reached, wanted.recorded_at
  FROM read.checkpoints c JOIN wanted USING (model, version)
  WHERE c.position = was
  FOR UPDATE OF c SKIP LOCKED
), moved AS (
  UPDATE read.checkpoints c
  SET position = reached, recorded_at = coalesce(free.recorded_at, c.recorded_at), updated_at = now()
  FROM free WHERE c.model = free.model AND c.version = free.version
  RETURNING c.model, c.position
)
SELECT model, pg_notify('${CHANNEL}', model || ' ' || position) FROM moved`;
