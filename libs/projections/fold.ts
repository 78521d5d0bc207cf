import { Recorded } from '@hjemmel/kernel';
import { Handler, ReadModel } from './read-model';

interface Step {
  readonly recorded: Recorded;
  readonly keys: readonly string[];
  readonly handler: Handler;
}

/** An event that the model can't digest: the `index`-th of the batch, and the key it was folded into when it failed, if known. */
export interface FoldFailure {
  readonly index: number;
  readonly recorded: Recorded;
  readonly key?: string;
  readonly error: unknown;
}

/** A batch whose keys are known, so that their rows can be fetched. It ends before an event whose keys can't be told. */
export interface PlannedBatch {
  readonly steps: readonly Step[];
  readonly keys: ReadonlySet<string>;
  readonly failure?: FoldFailure;
}

export interface FoldedBatch {
  /** The rows that the batch leaves behind by key; `undefined` for one that is to be deleted. */
  readonly changes: ReadonlyMap<string, object | undefined>;
  /** How many events, from the first, are in `changes` entirely. No event is in it partly. */
  readonly applied: number;
  readonly failure?: FoldFailure;
}

/** Pure. Events that the model does not handle are left out. */
export function planBatch(model: ReadModel, events: readonly Recorded[]): PlannedBatch {
  const steps: Step[] = [];
  const all = new Set<string>();
  for (const [index, recorded] of events.entries()) {
    const handler = model.handlers.get(recorded.event.type);
    try {
      const keys = handler ? keysOf(handler, recorded) : [];
      for (const key of keys) all.add(key);
      steps.push({ recorded, keys, handler: handler ?? passing });
    } catch (error) {
      return { steps, keys: all, failure: { index, recorded, error } };
    }
  }
  return { steps, keys: all };
}

/**
 * Folds a planned batch over the rows as they were before it. Pure. Stops before the first event that fails, with every event
 * before it counted and nothing of it or after it.
 */
export function foldBatch(model: ReadModel, { steps, failure }: PlannedBatch, present: ReadonlyMap<string, object>): FoldedBatch {
  const changes = new Map<string, object | undefined>();
  const rowOf = (key: string): object | undefined => (changes.has(key) ? changes.get(key) : present.get(key));
  for (const [index, { recorded, keys, handler }] of steps.entries()) {
    const results: [string, object | undefined][] = [];
    for (const key of keys) {
      try {
        results.push([key, checked(model, handler.fold(rowOf(key), recorded, key), key)]);
      } catch (error) {
        return { changes, applied: index, failure: { index, recorded, key, error } };
      }
    }
    for (const [key, row] of results) changes.set(key, row);
  }
  return failure ? { changes, applied: steps.length, failure } : { changes, applied: steps.length };
}

const passing: Handler = { keys: () => [], fold: (row) => row };

/** A key named twice concerns one row once. */
function keysOf(handler: Handler, recorded: Recorded): readonly string[] {
  const keys = handler.keys(recorded);
  if (typeof keys === 'string') return [keys];
  const several = keys.length > 1 ? [...new Set(keys)] : keys;
  if (several.some((key) => typeof key !== 'string')) throw new TypeError('a key is a string');
  return several;
}

function checked(model: ReadModel, row: object | undefined, key: string): object | undefined {
  if (row !== undefined && (row as Record<string, unknown>)[model.key] !== key) throw new WrongKey();
  return row;
}

/** A fold returned a row under another key than the one it was asked for. */
export class WrongKey extends Error {
  constructor() {
    super('the row carries another key than the one folded');
    this.name = 'WrongKey';
  }
}
