import { eventIdOf, Recorded } from '@hjemmel/kernel';

/** Few appends hold more events of one type. */
const TRIED = 16;

/**
 * Whether an event's id follows from its command, stream, type and place among those of its type in one append, as each writer derives it.
 * Events of one append stand together, so that the place is counted from the one before.
 */
export class EventIds {
  private append = '';
  private readonly seen = new Map<string, number>();

  isDerived({ id, stream, event: { type }, metadata: { correlationId } }: Recorded): boolean {
    const index = this.indexOf(`${stream} ${correlationId}`, type);
    if (id === eventIdOf(correlationId, stream, type, index)) return true;
    // Something may have been put or taken between: that is told by itself, and this event's id is as good as before.
    return Array.from({ length: TRIED }, (_, other) => other).some((other) => id === eventIdOf(correlationId, stream, type, other));
  }

  private indexOf(append: string, type: string): number {
    if (append !== this.append) this.seen.clear();
    this.append = append;
    const index = this.seen.get(type) ?? 0;
    this.seen.set(type, index + 1);
    return index;
  }
}
