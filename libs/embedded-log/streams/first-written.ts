import { LogEngine } from '../engine/contract';
import { EventBody } from './stored-event';

/** Ids written more than once that are remembered; EventStoreDB's memory of ids is bounded too. */
const REMEMBERED = 50_000;

/**
 * Where an id stands in its stream more than once, a repeat of it is answered with the first. The engine finds the last; that there is an
 * earlier one is noted here when the later is written, which is rare.
 */
export class FirstWritten {
  private readonly revisions = new Map<string, number>();

  constructor(private readonly engine: LogEngine) {}

  /** Of an id that the engine has found last at `last`. */
  of(stream: string, id: Buffer, last: number): number {
    return this.revisions.get(keyOf(stream, id)) ?? last;
  }

  /** These events are about to be written from `firstRevision` on; `current` is -1 where nothing stands there yet. */
  writing(stream: string, current: number, firstRevision: number, events: readonly EventBody[]): void {
    const inBatch = new Map<string, number>();
    events.forEach(({ id }, i) => {
      const key = keyOf(stream, id);
      const earlier = inBatch.get(key) ?? (current < 0 ? undefined : this.standing(stream, id, key));
      if (earlier === undefined) inBatch.set(key, firstRevision + i);
      else this.remember(key, earlier);
    });
  }

  private standing(stream: string, id: Buffer, key: string): number | undefined {
    return this.revisions.get(key) ?? this.engine.findEvent(stream, id)?.revision;
  }

  private remember(key: string, revision: number): void {
    this.revisions.delete(key);
    this.revisions.set(key, revision);
    if (this.revisions.size <= REMEMBERED) return;
    for (const oldest of this.revisions.keys()) {
      this.revisions.delete(oldest);
      return;
    }
  }
}

const keyOf = (stream: string, id: Buffer): string => `${id.toString('latin1')}${stream}`;
